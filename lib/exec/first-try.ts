import type { Link, LinkState } from './transport.js'

/**
 * The state of a link that was started, once its first try is over: a link that is `down` tries again, but one try is enough
 * for a person who waits at a prompt. After `limitMs` the state of that moment.
 */
export function firstTry(link: Link, limitMs?: number): Promise<LinkState> {
  return new Promise((resolve) => {
    if (isOver(link.state)) return resolve(link.state)
    const timer = limitMs === undefined ? undefined : setTimeout(() => finish(link.state), limitMs)
    const unsubscribe = link.onChange((state) => {
      if (isOver(state)) finish(state)
    })
    function finish(state: LinkState): void {
      clearTimeout(timer)
      unsubscribe()
      resolve(state)
    }
  })
}

function isOver({ status }: LinkState): boolean {
  return status === 'up' || status === 'failed' || status === 'down'
}
