/**
 * What somebody who has lost the thread reads, in this order: the master issue, the plan and the graph, the newest comments, the
 * own issue, what it depends on. For people: texts of strangers stand in it, harmless for a terminal, marked as quotes.
 */
import type { RunState } from '../run/state.js'
import { askedId, type TaskId } from '../ids.js'
import { safeText } from '../text/safe-text.js'
import type { CommentFacts, IssueFacts } from './model.js'
import { plainIssueText } from './untrusted-text.js'

export interface ReadingFacts {
  readonly repository: string
  readonly master: number | null
  /** When GitHub was asked last; null: never since the daemon began, or none runs. */
  readonly polledAt: string | null
  readonly issues: ReadonlyMap<number, IssueFacts>
  /** The oldest first. */
  readonly commentsOf: (issue: number) => readonly CommentFacts[]
}

const BODY_LINES = 60
const COMMENT_LINES = 15
const COMMENTS = 5

export function readingOrder(state: RunState, task: TaskId, facts: ReadingFacts): string {
  const bound = state.issues.get(task)
  const needs = state.tasks.get(task)?.spec.needs ?? []
  const neededIssues = needs.flatMap((id) => state.issues.get(askedId(id))?.number ?? [])
  const age =
    facts.polledAt === null ? 'as it was kept; GitHub was not reached since' : `as of ${facts.polledAt}`
  const parts = [
    `# On GitHub: ${safeText(facts.repository)} (${age})`,
    facts.master === null
      ? '## 1. Master issue\n\nThe layout names none (`master:`).'
      : `## 1. Master issue\n\n${issueText(facts, facts.master)}`,
    `## 2. Plan and graph\n\n${planText(state)}`,
    `## 3. Newest comments\n\n${newestComments(facts)}`,
    bound === undefined
      ? '## 4. Own issue\n\nThe task is bound to none.'
      : `## 4. Own issue\n\n${issueText(facts, bound.number)}`,
    neededIssues.length === 0
      ? '## 5. What it depends on\n\nNo issue.'
      : `## 5. What it depends on\n\n${neededIssues.map((number) => issueText(facts, number)).join('\n\n')}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function issueText({ issues, commentsOf }: ReadingFacts, number: number): string {
  const issue = issues.get(number)
  if (issue === undefined) return `#${number}: not read yet.`
  const { title, lines } = plainIssueText(issue.title, issue.body)
  const body = lines.slice(0, BODY_LINES).map((line) => `> ${line}`)
  const more = lines.length > BODY_LINES ? [`(${lines.length - BODY_LINES} more lines on GitHub)`] : []
  const comments = commentsOf(number).slice(-COMMENTS).map(commentText)
  return [
    `### #${number} ${title}`,
    `${issue.state}, ${safeText(issue.url)}`,
    '',
    ...body,
    ...more,
    ...comments.flatMap((one) => ['', one]),
  ].join('\n')
}

function commentText({ author, createdAt, body }: CommentFacts): string {
  const { lines } = plainIssueText('', body)
  const shown = lines.slice(0, COMMENT_LINES).map((line) => `> ${line}`)
  return [
    `${safeText(author?.login ?? 'somebody')}, ${createdAt}:`,
    ...shown,
    ...(lines.length > COMMENT_LINES ? ['> …'] : []),
  ].join('\n')
}

function planText(state: RunState): string {
  const rows = [...state.tasks.values()].map(({ spec, status }) => {
    const number = state.issues.get(spec.id)?.number
    const needs = spec.needs.length === 0 ? '' : `, needs ${spec.needs.join(', ')}`
    return `- ${spec.id}${number === undefined ? '' : ` (#${number})`}: ${status}${needs}`
  })
  return rows.length === 0 ? 'No task.' : rows.join('\n')
}

function newestComments({ issues, commentsOf }: ReadingFacts): string {
  const all = [...issues.keys()].flatMap((number) => commentsOf(number))
  const newest = all.toSorted((a, b) => b.id - a.id).slice(0, COMMENTS)
  return newest.length === 0
    ? 'None.'
    : newest.map((comment) => `#${comment.issue} ${commentText(comment)}`).join('\n\n')
}
