/** What GitHub and the text of an issue say of it. */
import type { IssueFacts } from '../model.js'
import type { GithubSpec } from '../spec.js'
import type { Claim, PlannedMilestone, Reading, Ref, Source } from './claims.js'
import { dependencyPhrases, refsOf } from './dependency-words.js'
import { bracketTier, estimateInLine, plainTitle, tierOfLabel } from './estimates.js'
import { findRefs, refOf } from './refs.js'
import { visibleLines, type VisibleLine } from './visible-lines.js'

export interface IssueReader {
  /** owner/name of the repository that is read. */
  readonly repository: string
  readonly tierLabels: GithubSpec['tierLabels']
}

const PARENT =
  /^\s*[-*]?\s*[*_]{0,2}(?:parent(?: issue)?|part of|epic|親(?:issue)?)[*_]{0,2}\s*[:：]?[*_]{0,2}\s*(?=[#＃]|https?:|[\w-]+\/)/iu
const TASK = /^\s*[-*+]\s+\[([ xX])\]\s+(.+)$/u
const HEADING = /^\s{0,3}#{1,6}\s+(.+)$/u
const NEEDS_HEADING =
  /^(?:depend(?:s on|encies)|blocked by|prerequisites?|requires|依存(?:関係)?|前提(?:条件)?)\s*[:：]?$/iu

export function readIssue(issue: IssueFacts, reader: IssueReader): Reading {
  const of = `#${issue.number}`
  const claims: Claim[] = [...apiClaims(of, issue, reader), ...textClaims(of, issue.body, reader)]
  const inTitle = bracketTier(issue.title)
  if (inTitle !== null)
    claims.push({
      field: 'tier',
      of,
      tier: inTitle,
      source: { kind: 'line', group: 'title', place: `title of ${of}` },
    })
  const milestones: PlannedMilestone[] =
    issue.milestone === null
      ? plannedIn(issue.body)
      : [{ name: issue.milestone.title, due: issue.milestone.dueOn?.slice(0, 10) ?? null }]
  return { claims, columns: [], milestones, planned: [] }
}

function apiClaims(of: Ref, issue: IssueFacts, { repository, tierLabels }: IssueReader): Claim[] {
  const api = (place: string): Source => ({ kind: 'api', group: 'GitHub', place })
  const claims: Claim[] = [
    { field: 'title', of, title: plainTitle(issue.title) || issue.title, source: api(`title of ${of}`) },
    { field: 'done', of, done: issue.state === 'closed', source: api(`state of ${of}`) },
  ]
  if (issue.parent !== null)
    claims.push({
      field: 'parent',
      of,
      ref: `#${issue.parent}`,
      source: api(`sub-issues of #${issue.parent}`),
    })
  // None at all is no statement: most repositories do not use this.
  if (issue.blockedBy !== null && issue.blockedBy.length > 0) {
    const refs = issue.blockedBy.map((one) => refOf(one.number, one.repository, repository))
    claims.push({ field: 'needs', of, refs, source: api(`dependencies of ${of} on GitHub`) })
  }
  if (issue.milestone !== null)
    claims.push({ field: 'milestone', of, name: issue.milestone.title, source: api(`milestone of ${of}`) })
  for (const label of issue.labels) {
    const tier = tierOfLabel(label, tierLabels)
    // Two labels may disagree, too.
    if (tier !== null)
      claims.push({
        field: 'tier',
        of,
        tier,
        source: { kind: 'api', group: `label ${label}`, place: `label ${label} of ${of}` },
      })
  }
  return claims
}

/** Lines that an export writes, each alone in its line. */
const NAME = /^(?:Task|Phase): ([A-Za-z0-9][A-Za-z0-9_-]{0,63})$/
const PRIORITY = /^Priority: (\d{1,6})$/
const MILESTONE = /^Milestone: (.{1,200}) \(due: (\d{4}-\d\d-\d\d)\)$/

function plannedIn(body: string): PlannedMilestone[] {
  return body.split(/\r?\n/).flatMap((line) => {
    const [, name, due] = MILESTONE.exec(line) ?? []
    return name === undefined || due === undefined ? [] : [{ name, due }]
  })
}

function exportedClaims(of: Ref, line: string, source: Source): Claim[] {
  const [, id] = NAME.exec(line) ?? []
  const [, priority] = PRIORITY.exec(line) ?? []
  const [, milestone] = MILESTONE.exec(line) ?? []
  return [
    ...(id === undefined ? [] : [{ field: 'name', of, id, source } as const]),
    ...(priority === undefined
      ? []
      : [{ field: 'priority', of, priority: Number(priority), source } as const]),
    ...(milestone === undefined ? [] : [{ field: 'milestone', of, name: milestone, source } as const]),
  ]
}

/** Lines of the body: `depends: #n`, `Blocked by`, `Part of`, task lists, estimates. */
function textClaims(of: Ref, body: string, { repository }: IssueReader): Claim[] {
  const claims: Claim[] = []
  let isUnderNeeds = false
  for (const line of visibleLines(body)) {
    if (line.isInCode) continue
    const [, heading] = HEADING.exec(line.text) ?? []
    if (heading !== undefined) isUnderNeeds = NEEDS_HEADING.test(heading.replace(/[*_]/g, '').trim())
    claims.push(...lineClaims(of, line, isUnderNeeds, repository))
  }
  return claims
}

function lineClaims(of: Ref, line: VisibleLine, isUnderNeeds: boolean, own: string): readonly Claim[] {
  const place = `text of ${of}, line ${line.number}`
  const source: Source = { kind: 'line', group: 'text', place }
  const claims: Claim[] = exportedClaims(of, line.text, source)
  for (const phrase of dependencyPhrases(line.text, own)) {
    const refs = refsOf(phrase.found)
    if (phrase.way === 'needs') claims.push({ field: 'needs', of, refs, source })
    else
      for (const ref of refs)
        claims.push({ field: 'needs', of: ref, refs: [of], source: { ...source, group: `text of ${of}` } })
  }
  const estimate = estimateInLine(line.text)
  if (estimate !== null) claims.push({ field: 'estimate', of, ms: estimate, source })
  const parent = PARENT.test(line.text) ? findRefs(line.text, own)[0] : undefined
  if (parent !== undefined) claims.push({ field: 'parent', of, ref: parent.ref, source })
  if (claims.length > 0) return claims
  const [, mark, item = ''] = TASK.exec(line.text) ?? []
  const text = mark === undefined && isUnderNeeds ? line.text.replace(/^\s*[-*+]\s+/, '') : item
  const found = findRefs(text, own)
  // An item that begins with a number is that issue; one that mentions a number in passing is not.
  if (found[0] === undefined || found[0].at > 3) return []
  if (isUnderNeeds)
    return [{ field: 'needs', of, refs: refsOf(found), source: { ...source, kind: 'task_list' } }]
  return mark === undefined
    ? []
    : refsOf(found).map((ref) => ({
        field: 'parent',
        of: ref,
        ref: of,
        source: { kind: 'task_list', group: `task list of ${of}`, place },
      }))
}
