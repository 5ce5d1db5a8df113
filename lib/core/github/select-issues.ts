/** Which issues an import takes: those of its scope, what they wait for, and what they are parts of. */
import { readIssue, type IssueReader } from './import/read-issue.js'
import { ownNumber } from './import/refs.js'
import type { IssueFacts } from './model.js'
import type { GithubScope } from './spec.js'

export function selectIssues(
  all: ReadonlyMap<number, IssueFacts>,
  scope: GithubScope,
  reader: IssueReader,
): readonly IssueFacts[] {
  const parts = scope.parent === null ? null : below(all, scope.parent)
  const isWanted = (issue: IssueFacts) =>
    !issue.isPullRequest &&
    (scope.milestone === null || issue.milestone?.title === scope.milestone) &&
    scope.labels.every((label) => issue.labels.some((one) => one.toLowerCase() === label.toLowerCase())) &&
    (parts === null || parts.has(issue.number))
  const chosen = new Map<number, IssueFacts>()
  const queue = [...all.values()].filter(isWanted)
  for (let issue = queue.shift(); issue !== undefined; issue = queue.shift()) {
    if (chosen.has(issue.number)) continue
    chosen.set(issue.number, issue)
    for (const claim of readIssue(issue, reader).claims) {
      // What it holds up, or consists of, need not be in the scope; what it waits for must be known.
      const refs = claim.of !== `#${issue.number}` ? [] : claim.field === 'needs' ? claim.refs : []
      for (const ref of refs) queue.push(...found(all, ownNumber(ref)))
    }
    queue.push(...found(all, issue.parent))
  }
  return [...chosen.values()].toSorted((a, b) => a.number - b.number)
}

function found(all: ReadonlyMap<number, IssueFacts>, number: number | null): IssueFacts[] {
  const issue = number === null ? undefined : all.get(number)
  return issue === undefined || issue.isPullRequest ? [] : [issue]
}

/** The issue itself and everything below it. */
function below(all: ReadonlyMap<number, IssueFacts>, top: number): ReadonlySet<number> {
  const known = new Set([top])
  for (let size = 0; size < known.size;) {
    size = known.size
    for (const issue of all.values())
      if (issue.parent !== null && known.has(issue.parent)) known.add(issue.number)
  }
  return known
}
