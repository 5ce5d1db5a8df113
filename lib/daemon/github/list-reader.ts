/**
 * Reads a list of GitHub, newest change first, until what is known already. The first page carries an ETag: where nothing has
 * changed, one request says so and is not counted.
 */
import type { ListRecord } from '../../core/github/poll-record.js'
import type { GithubClient } from '../../github/client.js'
import type { Outcome } from '../../github/outcome.js'

/** Pages shift while they are read: each walk goes so much further back than it seems to need. */
const OVERLAP_MS = 60_000
/** Of a first walk: GitHub itself ends lists there. */
const MAX_PAGES = 100

export interface ListOrder<T> {
  readonly known: ListRecord | null
  /** Without it: the whole list is asked for, whatever the ETag says. */
  readonly isUnconditional: boolean
  readonly first: (etag: string | null) => Promise<Outcome<unknown>>
  readonly decode: (data: unknown) => readonly T[]
  readonly updatedAt: (one: T) => string
  readonly take: (page: readonly T[]) => void
  readonly maxPages?: number
  /** To its end, though what stands there is known. */
  readonly isWhole?: boolean
}

export interface ListResult {
  /** Of the first request, or of the page that broke the walk. */
  readonly outcome: Outcome<unknown>
  /** What to remember; null: the walk was not finished, so it is made again. */
  readonly record: ListRecord | null
  /** Every page was read. */
  readonly sawAll: boolean
}

export async function readList<T>(client: GithubClient, order: ListOrder<T>): Promise<ListResult> {
  const { known, decode, updatedAt, take } = order
  const begin = await order.first(order.isUnconditional ? null : (known?.etag ?? null))
  if (begin.kind !== 'done')
    return { outcome: begin, record: begin.kind === 'not-modified' ? known : null, sawAll: false }
  let newest = known?.until ?? null
  let page = begin
  for (let n = 1; ; n += 1) {
    const items = decode(page.data)
    take(items)
    for (const one of items) if (newest === null || updatedAt(one) > newest) newest = updatedAt(one)
    const oldest = items.at(-1)
    const isKnown = known?.until != null && oldest !== undefined && isBefore(updatedAt(oldest), known.until)
    const link = items.length === 0 ? null : page.next
    if (link === null || (isKnown && order.isWhole !== true) || n >= (order.maxPages ?? MAX_PAGES))
      return { outcome: begin, record: { etag: begin.etag, until: newest }, sawAll: link === null }
    const next = await client.follow<unknown>(link)
    if (next.kind !== 'done') return { outcome: next, record: null, sawAll: false }
    page = next
  }
}

function isBefore(time: string, until: string): boolean {
  return Date.parse(time) < Date.parse(until) - OVERLAP_MS
}
