/**
 * Events and the state over cut links: each event once and in order, by the number of the last one; or, when that is too
 * long ago, the whole state. What all verbs that go on use.
 */
import type { EventRow, StatusDocument } from '../core/protocol/status.js'
import { withChanges, type StatusChanges } from '../core/protocol/status-changes.js'
import type { ApiClient } from './client.js'
import { reconnect } from './reconnect.js'

export interface FollowOptions {
  /** Asked again after each cut. */
  readonly connect: () => Promise<ApiClient>
  readonly want: readonly ('event' | 'status')[]
  /** The last event that is known; null: it begins with the next one. */
  readonly after: number | null
  readonly signal: AbortSignal
  readonly event?: (row: EventRow) => void
  readonly status?: (document: StatusDocument) => void
  /** What came after `from` is too much, or of another store: it goes on behind `to`. */
  readonly resync?: (from: number, to: number, document: StatusDocument) => void
  /** It was heard, whether or not anything has happened since. */
  readonly opened?: () => void
  readonly cut: (error: unknown) => void
  /** A daemon that ends is waited for: there may be another one. */
  readonly waits?: true
  readonly random?: () => number
}

/** Resolves when `signal` says so, or the daemon says that it ends. */
export async function follow(options: FollowOptions): Promise<void> {
  const { connect, want, signal: ended } = options
  let { after } = options
  let state: StatusDocument | null = null
  const hear = (event: string, data: unknown) => {
    if (event === 'changes' && state !== null) state = withChanges(state, data as StatusChanges)
    else if (event === 'status') state = data as StatusDocument
    if (event === 'status' || event === 'changes') return state === null ? undefined : options.status?.(state)
    if (event === 'resync') {
      const { seq, status } = data as { seq: number; status: StatusDocument }
      const from = after ?? 0
      after = seq
      options.status?.(status)
      return options.resync?.(from, seq, status)
    }
    if (event !== 'event') return
    const row = data as EventRow
    if (after !== null && row.seq <= after) return
    after = row.seq
    options.event?.(row)
  }
  // A daemon of an older version does not know changes, and tells the whole state each time.
  const only = [...want, ...(want.includes('status') ? ['changes'] : [])].join(',')
  await reconnect(
    async (signal, heard) => {
      const client = await connect()
      let isOver = false
      const from = after === null ? '' : `&after=${after}`
      await client.stream(
        `/v1/stream?only=${only}${from}`,
        ({ event, data }) => {
          heard()
          if (event === 'end') isOver = options.waits !== true
          else hear(event, data)
        },
        signal,
        options.opened,
      )
      return isOver ? 'over' : 'cut'
    },
    {
      signal: ended,
      cut: options.cut,
      ...(options.random === undefined ? {} : { random: options.random }),
    },
  )
}
