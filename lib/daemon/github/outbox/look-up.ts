/**
 * Whether what an uncertain row was to make is there. Found is proof; absence is believed only of the unfiltered list, read
 * whole back to before the request left: searches and filtered lists lag, and a list that failed says nothing.
 */
import { isCreation, type OutboxRow, type Remote } from '../../../core/github/outbox-row.js'
import type { AuthorFacts } from '../../../core/github/model.js'
import { commentFacts, issueFacts, pullFacts } from '../../../github/decode.js'
import type { Outcome } from '../../../github/outcome.js'
import type { Markers } from './markers.js'
import type { OutboxNeeds } from './port.js'
import { remoteOf } from './remote-of.js'

/** Before the time that GitHub's clock showed when the request left; clocks are read in seconds. */
const MARGIN_MS = 600_000

export interface Looked {
  /** By the keys of the rows. */
  readonly found: ReadonlyMap<string, Remote>
  /** false: it was not read whole, so that what was not found may be there. */
  readonly isWhole: boolean
}

/** What an issue, a pull request and a comment have in common. */
type Made = Parameters<typeof remoteOf>[0] & {
  readonly body: string
  readonly author: AuthorFacts | null
  readonly createdAt: string
}

/** One walk over the list for all rows that it can answer: all issues, or the comments of one. */
export async function lookUp(
  rows: readonly OutboxRow[],
  markers: Markers,
  needs: OutboxNeeds,
): Promise<Looked> {
  const [first] = rows
  const since = Math.min(...rows.map(({ sentAtTheirs }) => (sentAtTheirs ?? 0) - MARGIN_MS))
  const { work } = first!
  if (work.kind === 'issue') return walk(await issues(needs), since, needs, markers)
  return work.kind === 'pull'
    ? walk(await pulls(needs), since, needs, markers)
    : walk(await comments('issue' in work ? work.issue : 0, since, needs), -Infinity, needs, markers)
}

/** Rows that one walk answers, in one group. */
export function lookUpGroups(rows: readonly OutboxRow[]): OutboxRow[][] {
  const groups = new Map<string, OutboxRow[]>()
  for (const row of rows.filter(isCreation)) {
    const group = 'issue' in row.work ? String(row.work.issue) : row.work.kind
    groups.set(group, [...(groups.get(group) ?? []), row])
  }
  return [...groups.values()]
}

interface List {
  readonly first: Outcome<unknown>
  readonly made: (data: unknown) => Made | null
}

const NEWEST = { state: 'all', sort: 'created', direction: 'desc', per_page: 100 } as const

async function issues({ client, where }: OutboxNeeds): Promise<List> {
  const first = await client.get('/repos/{owner}/{repo}/issues', { params: where(), query: NEWEST })
  const made = (data: unknown) => {
    const issue = issueFacts(data)
    return issue?.isPullRequest === true ? null : issue
  }
  return { first, made }
}

async function pulls({ client, where }: OutboxNeeds): Promise<List> {
  const first = await client.get('/repos/{owner}/{repo}/pulls', { params: where(), query: NEWEST })
  return { first, made: pullFacts }
}

/** Oldest first: `since` leaves out what was not touched since. */
async function comments(issue: number, since: number, { client, where }: OutboxNeeds): Promise<List> {
  const params = { ...where(), issue_number: issue }
  const query = { since: new Date(Math.max(since, 0)).toISOString(), per_page: 100 }
  const first = await client.get('/repos/{owner}/{repo}/issues/{issue_number}/comments', { params, query })
  return { first, made: commentFacts }
}

async function walk(
  { first, made }: List,
  until: number,
  needs: OutboxNeeds,
  markers: Markers,
): Promise<Looked> {
  const found = new Map<string, Remote>()
  const repository = needs.repositoryId()
  const us = needs.identity()
  let page: Outcome<unknown> = first
  for (;;) {
    if (page.kind !== 'done' || !Array.isArray(page.data) || repository === null || us === null)
      return { found, isWhole: false }
    let oldest = Infinity
    for (const data of page.data as readonly unknown[]) {
      const one = made(data)
      if (one === null) continue
      oldest = Math.min(oldest, Date.parse(one.createdAt))
      // A marker that somebody else pasted says nothing.
      const key = one.author?.id === us.id ? markers.read(repository, one.body) : null
      const known = key === null ? undefined : found.get(key)
      if (key !== null && (known === undefined || known.id > one.id)) found.set(key, remoteOf(one))
    }
    if (page.next === null || oldest < until) return { found, isWhole: true }
    page = await needs.client.follow<unknown>(page.next)
  }
}
