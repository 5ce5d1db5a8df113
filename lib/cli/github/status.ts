import type { ConnectionStatus, GithubStatus } from '../../core/protocol/github.js'
import { plural } from '../../core/text/plural.js'
import { safeText } from '../../core/text/safe-text.js'
import type { RunVerb } from '../verb.js'

export const githubStatus: RunVerb = async (c) => {
  const status = await (await c.connect()).get<GithubStatus>('/v1/github')
  if (c.json) c.out(`${JSON.stringify(status)}\n`)
  else if (status.connections.length === 0) c.out('no machine of the layout is connected to GitHub\n')
  else for (const one of status.connections) c.out(`${linesOf(one).map(safeText).join('\n')}\n`)
  return 0
}

function linesOf(one: ConnectionStatus): readonly string[] {
  const { budget, requests, outbox } = one
  const left = budget.remaining === null ? 'not known yet' : `${budget.remaining} of ${budget.limit} left`
  return [
    `${one.machine}  ${one.repository}  ${one.state}  ${one.mode}${one.login === null ? '' : `  as ${one.login}`}`,
    `  polled    ${one.polled_at ?? 'never'}  ${plural(one.issues, 'issue')}, ${plural(one.comments, 'comment')}`,
    `  budget    ${left}${budget.reset_at === null ? '' : ` until ${budget.reset_at}`}`,
    `  requests  ${requests.sent}, of which ${requests.counted} counted, ${requests.not_modified} not modified, ${requests.writes} written`,
    `  outbox    ${outbox.pending} pending, ${outbox.uncertain} uncertain, ${outbox.refused} refused`,
    ...one.runs.map(
      ({ workflow, conclusion, since }) => `  actions   ${workflow}: ${conclusion} since ${since}`,
    ),
    ...one.problems.map((problem) => `  problem   ${problem}`),
  ]
}
