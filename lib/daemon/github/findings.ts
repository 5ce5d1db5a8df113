/** What is wrong with a connection that was just looked at, and how to fix it. */
import { isNamed } from '../../core/github/commands/may-command.js'
import type { GithubFinding } from '../../core/protocol/github.js'
import type { Connection } from './connection.js'

export function findingsOf(connection: Connection): readonly GithubFinding[] {
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
  if (spec.mode === 'mirror' && identity?.type === 'User' && !isNamed(identity, spec.commands.only))
    findings.push(
      find(
        'commands',
        'note',
        `comments of ${identity.login} command nothing: the token is of that account`,
        `a token of another account, or \`commands: { only: [${identity.login}] }\` if agents cannot use this one`,
      ),
    )
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
