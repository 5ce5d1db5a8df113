/**
 * What a verb that goes on hears of the daemon. Over a link (`--api`, `--host`) it comes back after a cut and misses nothing; of a
 * daemon of this machine the end of the stream is its end.
 */
import type { ApiClient } from '../api/client.js'
import { follow, type FollowOptions } from '../api/follow.js'
import { isHanging, messageOf } from '../core/errors.js'
import type { VerbContext } from './verb.js'

type Heard = Pick<FollowOptions, 'want' | 'after' | 'event' | 'status' | 'resync'>

/** Resolves when `signal` says so, or the daemon has ended. @throws when nobody was there at the beginning */
export async function followDaemon(
  client: ApiClient,
  c: Pick<VerbContext, 'host' | 'err'>,
  heard: Heard,
  signal?: AbortSignal,
): Promise<void> {
  const ended = new AbortController()
  const link = linkOf(c)
  let failure: unknown = null
  let wasOpen = false
  await follow({
    ...heard,
    connect: () => Promise.resolve(client),
    signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
    opened: () => {
      wasOpen = true
      link.back()
    },
    cut: (error) => {
      if (c.host !== undefined && wasOpen) return link.cut(error)
      if (!wasOpen || isHanging(error)) failure = error
      ended.abort()
    },
  })
  if (failure !== null) throw failure
}

/** Says each cut once, and that it is over. */
export function linkOf({ host, err }: Pick<VerbContext, 'host' | 'err'>) {
  let isCut = false
  return {
    cut: (error: unknown) => {
      if (!isCut)
        err(`the link to ${host} was cut${error === null ? '' : ` (${messageOf(error)})`}; trying again\n`)
      isCut = true
    },
    back: () => {
      if (isCut) err('it is back\n')
      isCut = false
    },
  }
}
