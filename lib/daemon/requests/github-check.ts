import type { GithubFinding } from '../../core/protocol/github.js'
import type { Connection } from '../github/connection.js'
import { request } from './request.js'

/** Looks at GitHub now, and says what is wrong with each connection and how to mend it. */
export const githubCheck = request({
  method: 'POST',
  path: '/v1/github/check',
  permission: 'status:read',
  handle: async ({ parts }): Promise<{ findings: readonly GithubFinding[] }> => {
    const connections = await parts.github.connections()
    await Promise.all(connections.map((one) => one.look()))
    return { findings: connections.flatMap(findingsOf) }
  },
})

function findingsOf(connection: Connection): readonly GithubFinding[] {
  const { machine, spec, tokens, cache, row } = connection
  const { repository, identity } = cache.poll
  const find = (name: string, state: GithubFinding['state'], text: string, fix: string | null = null) => ({
    machine,
    name,
    state,
    text,
    fix,
  })
  const findings: GithubFinding[] = [
    tokens.problem === null
      ? find('token', 'ok', identity === null ? 'there is one' : `of ${identity.login}`)
      : find(
          'token',
          'bad',
          tokens.problem,
          'name one in the layout: `token: { file: … }`, `command:` or `env:`',
        ),
  ]
  if (repository === null)
    return [...findings, find('repository', 'bad', row.problems[0] ?? `${row.state}: it was not seen yet`)]
  findings.push(
    find(
      'repository',
      'ok',
      `${repository.fullName}, number ${repository.id}, ${repository.isPrivate ? 'private' : 'public'}`,
    ),
  )
  for (const problem of row.problems) findings.push(find('problem', 'warn', problem))
  if (spec.mode === 'read')
    findings.push(
      find('mode', 'note', 'read: nothing is written, commands in comments are shown and not obeyed'),
    )
  else if (repository.mayPush === false)
    findings.push(find('mode', 'warn', 'the token may not write there', 'give it Issues: write'))
  if (spec.mode === 'mirror' && !repository.isPrivate && !spec.public)
    findings.push(
      find(
        'public',
        'bad',
        'the repository is public: nothing is written',
        '`public: true` in the layout allows it',
      ),
    )
  if (!repository.hasIssues)
    findings.push(
      find('issues', 'bad', 'issues are switched off', 'switch them on in the settings of the repository'),
    )
  return findings
}
