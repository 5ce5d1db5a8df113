/** One request for one row, and what its answer means for the row. */
import { findSecret } from '../../../core/github/find-secret.js'
import { outgoingBody, outgoingTitle } from '../../../core/github/outgoing.js'
import { isCreation, type OutboxRow, type Remote, type Work } from '../../../core/github/outbox-row.js'
import { commentFacts, issueFacts, pullFacts } from '../../../github/decode.js'
import type { Outcome } from '../../../github/outcome.js'
import { findPull } from './find-pull.js'
import type { OutboxNeeds } from './port.js'
import { remoteOf } from './remote-of.js'

export type Verdict =
  | { readonly state: 'sent'; readonly remote: Remote | null; readonly reason: string | null }
  | { readonly state: 'uncertain'; readonly reason: string }
  /** It was not carried out, and is sent again. `holdsAll`: nothing else would fare better before. */
  | {
      readonly state: 'pending'
      readonly notBefore: number
      readonly reason: string
      readonly holdsAll: boolean
    }
  | { readonly state: 'refused'; readonly reason: string }
  /** What it edits is gone: it is looked for, then made anew. */
  | { readonly state: 'lost'; readonly reason: string }

/** A row as it leaves; null: it looks like a secret. */
interface Text {
  readonly title: string
  readonly body: string
}

const REPO = '/repos/{owner}/{repo}'
const ISSUE = `${REPO}/issues/{issue_number}`

/** Refused rows that a person may mend are tried again after this many waits of a limit. */
const MENDED_WAITS = 5

/** Before anything is sent: why this may never leave; null: it may. */
export function whyNotSent({ work }: OutboxRow, secrets: readonly string[]): string | null {
  const parts = 'title' in work ? [work.title, work.body] : 'body' in work ? [work.body] : []
  for (const part of parts) {
    const found = findSecret(part, secrets)
    if (found !== null) return `looks like a secret (${found.kind}, at ${found.at})`
  }
  return null
}

export function textOf(work: Work, marker: string, issueOf: OutboxNeeds['issueOf'] = () => null): Text {
  const title = 'title' in work ? outgoingTitle(work.title) : ''
  const trailer = work.kind === 'issue' ? trailerOf(work, marker, issueOf) : aboutOf(work) + marker
  return { title, body: 'body' in work ? outgoingBody(work.body, trailer) : '' }
}

function aboutOf(work: Work): string {
  return work.kind === 'pull' && work.about !== null ? `For #${work.about}\n\n` : ''
}

/** Numbers and words of ours alone: what it needs is a line that people and imports read. */
function trailerOf(
  { trailer, needs, parent }: Extract<Work, { kind: 'issue' }>,
  marker: string,
  issueOf: OutboxNeeds['issueOf'],
): string {
  const line = (word: string, subject: string) => {
    const number = issueOf(subject)
    return typeof number === 'number' ? [`${word}: #${number}`] : []
  }
  const depends = needs.flatMap((need) => line('depends', need))
  const above = parent === undefined ? [] : line('Parent', parent)
  const lines = [...(trailer === '' ? [] : [trailer]), ...above, ...depends]
  return [...(lines.length === 0 ? [] : [lines.join('\n')]), marker].join('\n\n')
}

export async function sendRow(row: OutboxRow, marker: string, needs: OutboxNeeds): Promise<Verdict> {
  const { work } = row
  const text = textOf(work, marker, needs.issueOf)
  switch (work.kind) {
    case 'issue':
      return created(row, needs, await createIssue(work, text, needs), issueFacts)
    case 'pull':
      return openPull(row, work, text, needs)
    case 'comment':
      return created(row, needs, await addComment(work.issue, text, needs), commentFacts)
    case 'status': {
      if (row.remote === null)
        return created(row, needs, await addComment(work.issue, text, needs), commentFacts)
      const params = { ...needs.where(), comment_id: row.remote.id }
      const route = `${REPO}/issues/comments/{comment_id}` as const
      return changed(
        row,
        needs,
        await needs.client.write('patch', route, { params, body: { body: text.body } }),
      )
    }
    case 'close':
      return close(row, work.issue, needs)
    case 'labels':
      return setLabels(row, work, needs)
    case 'part': {
      const params = { ...needs.where(), issue_number: work.parent }
      const body = { sub_issue_id: work.issueId }
      return joined(row, needs, await needs.client.write('post', `${ISSUE}/sub_issues`, { params, body }))
    }
    case 'edge': {
      const params = { ...needs.where(), issue_number: work.issue }
      const body = { issue_id: work.blockedById }
      return joined(
        row,
        needs,
        await needs.client.write('post', `${ISSUE}/dependencies/blocked_by`, { params, body }),
      )
    }
    case 'reaction': {
      const params = { ...needs.where(), comment_id: work.comment }
      const route = `${REPO}/issues/comments/{comment_id}/reactions` as const
      return changed(
        row,
        needs,
        await needs.client.write('post', route, { params, body: { content: work.content } }),
      )
    }
  }
}

function createIssue(work: Extract<Work, { kind: 'issue' }>, text: Text, { client, where }: OutboxNeeds) {
  return client.write('post', `${REPO}/issues`, {
    params: where(),
    body: {
      ...text,
      ...(work.labels.length === 0 ? {} : { labels: [...work.labels] }),
      ...(work.milestone === null ? {} : { milestone: work.milestone }),
    },
  })
}

function addComment(issue: number, { body }: Text, { client, where }: OutboxNeeds) {
  return client.write('post', `${ISSUE}/comments`, {
    params: { ...where(), issue_number: issue },
    body: { body },
  })
}

async function openPull(
  row: OutboxRow,
  work: Extract<Work, { kind: 'pull' }>,
  text: Text,
  needs: OutboxNeeds,
): Promise<Verdict> {
  const body = { ...text, head: work.branch, base: work.into }
  const outcome = await needs.client.write('post', `${REPO}/pulls`, { params: needs.where(), body })
  if (outcome.kind === 'refused' && (outcome.why === 'invalid' || outcome.why === 'exists')) {
    const remote = await findPull(work, needs)
    if (remote !== null) return { state: 'sent', remote, reason: null }
  }
  return created(row, needs, outcome, pullFacts)
}

/** A person who opened it again meant it: it is closed only while it is still as it was. */
async function close(row: OutboxRow, issue: number, needs: OutboxNeeds): Promise<Verdict> {
  const { client, where } = needs
  const params = { ...where(), issue_number: issue }
  if (row.attempts > 1) {
    const before = await client.get(ISSUE, { params })
    if (before.kind !== 'done') return notDone(row, needs, before, true)
    const found = issueFacts(before.data)
    if (found?.state === 'closed') return { state: 'sent', remote: null, reason: null }
    // Seconds of theirs: what happened in the second of our request may be its own trace.
    const since = row.sentAtTheirs ?? 0
    if (found !== null && Date.parse(found.updatedAt) > since + 1000)
      return {
        state: 'refused',
        reason: 'something happened to the issue meanwhile: a person may have opened it again',
      }
  }
  const body = { state: 'closed', state_reason: 'completed' } as const
  return changed(row, needs, await client.write('patch', ISSUE, { params, body }))
}

async function setLabels(
  row: OutboxRow,
  { issue, add, remove }: Extract<Work, { kind: 'labels' }>,
  needs: OutboxNeeds,
): Promise<Verdict> {
  const { client, where } = needs
  const params = { ...where(), issue_number: issue }
  for (const name of remove) {
    const outcome = await client.write('delete', `${ISSUE}/labels/{name}`, { params: { ...params, name } })
    // It is not there any more: so it should be.
    const isGone = outcome.kind === 'refused' && outcome.why === 'missing'
    if (outcome.kind !== 'done' && !isGone) return notDone(row, needs, outcome, true)
  }
  if (add.length === 0) return { state: 'sent', remote: null, reason: null }
  return changed(
    row,
    needs,
    await client.write('post', `${ISSUE}/labels`, { params, body: { labels: [...add] } }),
  )
}

function created<T>(
  row: OutboxRow,
  needs: OutboxNeeds,
  outcome: Outcome<T>,
  factsOf: (data: T) => Parameters<typeof remoteOf>[0] | null,
): Verdict {
  if (outcome.kind !== 'done') return notDone(row, needs, outcome, false)
  const made = outcome.status === 201 ? factsOf(outcome.data) : null
  if (made === null)
    return { state: 'uncertain', reason: `GitHub answered ${outcome.status} without what was made` }
  return { state: 'sent', remote: remoteOf(made), reason: whatWasDropped(row.work, outcome.data) }
}

/** Without push access GitHub drops labels and milestones, and says nothing of it. */
function whatWasDropped(work: Work, data: unknown): string | null {
  if (work.kind !== 'issue') return null
  const made = issueFacts(data)
  const isLess = work.labels.some((name) => made?.labels.includes(name) !== true)
  return isLess || (work.milestone !== null && made?.milestone?.number !== work.milestone)
    ? 'GitHub dropped its labels or milestone: the token has no push access'
    : null
}

/** Says the same twice without harm. */
function changed(row: OutboxRow, needs: OutboxNeeds, outcome: Outcome<unknown>): Verdict {
  return outcome.kind === 'done'
    ? { state: 'sent', remote: row.remote, reason: null }
    : notDone(row, needs, outcome, true)
}

/** 422: it is so already, or GitHub allows no more. Neither is worth another request. */
function joined(row: OutboxRow, needs: OutboxNeeds, outcome: Outcome<unknown>): Verdict {
  if (outcome.kind === 'refused' && outcome.why === 'exists')
    return { state: 'sent', remote: null, reason: null }
  // The line in the issue's text says the same.
  if (outcome.kind === 'refused' && (outcome.why === 'missing' || outcome.why === 'invalid'))
    return { state: 'sent', remote: null, reason: `GitHub keeps no such relation there: ${outcome.message}` }
  return changed(row, needs, outcome)
}

function notDone(
  row: OutboxRow,
  { now, pace, moved }: OutboxNeeds,
  outcome: Exclude<Outcome<unknown>, { kind: 'done' }>,
  isRepeatable: boolean,
): Verdict {
  const later = (ms: number, reason: string, holdsAll: boolean): Verdict => ({
    state: 'pending',
    notBefore: now() + ms,
    reason,
    holdsAll,
  })
  const backoff = Math.min(pace.lookAgainMs * 2 ** Math.min(row.attempts, 10), pace.limitedMs)
  switch (outcome.kind) {
    case 'not-modified':
      return { state: 'uncertain', reason: 'GitHub answered a write with 304' }
    case 'limited':
      return { state: 'pending', notBefore: outcome.until, reason: 'GitHub limits us', holdsAll: true }
    case 'unknown':
      if (!outcome.wasSent) return later(backoff, outcome.message, true)
      return isRepeatable
        ? later(backoff, outcome.message, false)
        : { state: 'uncertain', reason: outcome.message }
    case 'refused': {
      const reason = outcome.needs === null ? outcome.message : `${outcome.message} (needs ${outcome.needs})`
      if (outcome.why === 'moved') {
        moved()
        return later(backoff, 'the repository or the issue has moved', row.work.kind === 'issue')
      }
      if (outcome.why === 'token') return later(pace.limitedMs, 'GitHub does not take the token', true)
      if (outcome.why === 'forbidden') return later(pace.limitedMs * MENDED_WAITS, reason, true)
      if (outcome.why === 'missing' && row.work.kind === 'status' && row.remote !== null)
        return { state: 'lost', reason: 'its comment was deleted' }
      return { state: 'refused', reason: `${outcome.status} ${reason}` }
    }
  }
}

/** Of a row that stands in the store as `sending`: its request may have left with the daemon that was killed. */
export function afterRestart(row: OutboxRow): OutboxRow {
  if (row.state !== 'sending') return row
  const reason = 'the daemon was stopped while it was sent'
  return isCreation(row)
    ? { ...row, state: 'uncertain', missedAt: null, reason }
    : { ...row, state: 'pending', reason }
}
