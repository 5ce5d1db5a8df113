/** How a client comes back after a cut: soon, then every three seconds, then more slowly; at once when its machine has. */
import { OrchestraError } from '../core/errors.js'
import { onReturn } from './on-return.js'

/** Most links come back at once. */
const DELAYS_MS = [1000, 3000, 3000, 3000, 3000, 6000, 12_000, 30_000]

export interface ReconnectOptions {
  /** Ends it. */
  readonly signal: AbortSignal
  /** It was cut, or nobody is there: until `heard` is called again, all is old. */
  readonly cut: (error: unknown) => void
  readonly random?: () => number
}

/** `heard`: a word has come, so that the next cut is a new one. Its signal ends it: what stands is not trusted any more. */
export type Session = (signal: AbortSignal, heard: () => void) => Promise<'over' | 'cut'>

/**
 * Runs sessions, one after the other, until one is over or `signal` says so.
 * @throws what a session threw, where coming back is of no use: the token does not count, what is asked for does not exist
 */
export async function reconnect(session: Session, options: ReconnectOptions): Promise<void> {
  const { signal, cut, random = Math.random } = options
  let tries = 0
  while (!signal.aborted) {
    const returned = new AbortController()
    const stopWatch = onReturn(() => {
      tries = 0
      returned.abort()
    })
    const both = AbortSignal.any([signal, returned.signal])
    try {
      let why: unknown = null
      try {
        if ((await session(both, () => (tries = 0))) === 'over') return
      } catch (error) {
        if (isFinal(error)) throw error
        why = error
      }
      if (signal.aborted) return
      if (returned.signal.aborted) continue
      cut(why)
      const delay = DELAYS_MS[Math.min(tries, DELAYS_MS.length - 1)] ?? 0
      tries += 1
      await pause(delay * (0.8 + 0.4 * random()), both)
    } finally {
      stopWatch()
    }
  }
}

function isFinal(error: unknown): boolean {
  return !(error instanceof OrchestraError) || !['unreachable', 'failed'].includes(error.kind)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}
