import { OrchestraError } from '../../core/errors.js'
import { releaseKey, type IssueRelease } from '../../core/github/release.js'
import type { IssueFacts } from '../../core/github/model.js'
import { issueDigest, plainIssueText } from '../../core/github/untrusted-text.js'
import type { ShownIssue } from '../../core/protocol/github.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Daemon } from '../daemon.js'
import type { Connection } from '../github/connection.js'
import { request } from './request.js'

/** The text of an issue, harmless, with what was hidden in it. */
export const githubShow = request({
  method: 'GET',
  path: '/v1/github/issues/:number',
  permission: 'context:read',
  handle: async (daemon, { params: { number = '' }, query }): Promise<ShownIssue> => {
    const connection = await daemon.parts.github.connection(query.get('on'))
    return shown(daemon, connection, await issueOf(connection, number))
  },
})

export async function issueOf(connection: Connection, number: string): Promise<IssueFacts> {
  const asked = Number(number.replace(/^#/, ''))
  if (!Number.isSafeInteger(asked) || asked < 1)
    throw new OrchestraError(`${number} is not the number of an issue`, { kind: 'usage' })
  const issue = connection.cache.issues.get(asked)
  if (issue !== undefined) return issue
  throw new OrchestraError(
    `there is no issue #${asked} in ${connection.row.repository}, as far as it was read`,
    {
      kind: 'failed',
    },
  )
}

export function shown({ loop }: Daemon, { machine, cache }: Connection, issue: IssueFacts): ShownIssue {
  const { title, lines, removed } = plainIssueText(issue.title, issue.body)
  const digest = issueDigest(issue.title, issue.body)
  const release = loop.state.releases.get(releaseKey(machine, issue.number))
  const isReleased = release !== undefined && !release.isVoid && release.digest === digest
  return {
    machine,
    number: issue.number,
    url: issue.url,
    state: issue.state,
    title,
    author: issue.author === null ? null : safeText(issue.author.login),
    labels: issue.labels.map(safeText),
    updated_at: issue.updatedAt,
    text: lines,
    removed,
    digest,
    released: isReleased ? release.by : null,
    changed: release === undefined || isReleased ? null : difference(release, title, lines),
    comments: cache
      .commentsOf(issue.number)
      .slice(-5)
      .map((comment) => ({
        author: safeText(comment.author?.login ?? 'somebody'),
        at: comment.createdAt,
        text: plainIssueText('', comment.body).lines.slice(0, 40),
      })),
  }
}

/** Lines that one has and the other has not: enough to see what somebody slipped in. */
function difference(release: IssueRelease, title: string, lines: readonly string[]): ShownIssue['changed'] {
  const before = [release.title, ...release.text.split('\n')]
  const now = [title, ...lines]
  const [known, present] = [new Set(before), new Set(now)]
  return { added: now.filter((line) => !known.has(line)), gone: before.filter((line) => !present.has(line)) }
}
