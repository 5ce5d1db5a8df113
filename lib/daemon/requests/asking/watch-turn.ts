/** The turn that a message begins, watched from before the message goes out: it may be over before its receipt is settled. */
import { NEW_TURN, turnStep, type Turn, type TurnEnd } from '../../../core/asking/turn-end.js'
import { agentState } from '../../../core/run/index/agent-state.js'
import type { AgentRecord } from '../../../core/run/state.js'
import type { Millis } from '../../../core/time.js'
import type { TurnTold } from '../../attempts/hooks.js'
import type { Daemon } from '../../daemon.js'

const LOOK_AGAIN_MS = 500

export interface Watch {
  /** null: the turn is not over by then. */
  readonly end: (at: Millis) => Promise<TurnEnd | null>
  /** What its hooks told of that end; null: nothing. */
  readonly told: () => TurnTold | null
  /** The agent was seen at work since, or its hooks told the end of the turn. */
  readonly began: () => boolean
  readonly close: () => void
}

export function watchTurn(daemon: Daemon, { spec: { id } }: AgentRecord, operation: string): Watch {
  const { clock, loop, store, parts } = daemon
  const phaseOf = () => store.facts.receipt(operation)?.state.phase
  // What hooks told of an earlier turn is not an answer to this message.
  let before = phaseOf() === 'settled' ? null : parts.hooks.lastTurn(id)
  // Typed by an earlier daemon: what its hooks told last is read again when its machine is there.
  const isResumed = phaseOf() === 'sending'
  const told = () => {
    const last = parts.hooks.lastTurn(id)
    return last === before ? null : last
  }
  let turn: Turn = NEW_TURN
  let wake: () => void = () => undefined
  const look = (): TurnEnd | null => {
    const agent = loop.state.agents.get(id)
    const phase = phaseOf()
    if (isResumed && phase === 'sending') before = parts.hooks.lastTurn(id)
    if (agent === undefined || phase === undefined || phase === 'waiting') return null
    if (told() !== null) turn = { ...turn, began: true }
    const step = turnStep(turn, agentState(loop.state, agent), clock.now())
    turn = step.turn
    return step.end
  }
  const unsubscribe = daemon.subscribe(() => {
    look()
    wake()
  })
  const end = async (at: Millis): Promise<TurnEnd | null> => {
    for (;;) {
      const over = look()
      if (over !== null) return over
      const left = at - clock.now()
      if (left <= 0) return null
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, LOOK_AGAIN_MS))
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  return { end, told, began: () => turn.began, close: unsubscribe }
}
