import type { GithubPlan } from '../../core/protocol/github.js'
import { plural } from '../../core/text/plural.js'
import { safeText } from '../../core/text/safe-text.js'
import type { RunVerb } from '../verb.js'

export const githubPlan: RunVerb = async (c) => {
  const on = c.option('on')
  const asked = on === undefined ? '' : `?on=${encodeURIComponent(on)}`
  const plan = await (await c.connect()).get<GithubPlan>(`/v1/github/plan${asked}`)
  if (c.json) c.out(`${JSON.stringify(plan)}\n`)
  else if (plan.connections.length === 0) c.out('no machine of the layout is connected to GitHub\n')
  else
    for (const connection of plan.connections)
      for (const line of lines(connection)) c.out(`${safeText(line)}\n`)
  return 0
}

function* lines(connection: GithubPlan['connections'][number]): Generator<string> {
  const { machine, repository, held, reads, writes, mails_a_watcher: mails } = connection
  yield `${machine}  ${repository}  ${plural(writes.length, 'write')}, ${plural(mails, 'mail')} for each person who watches it${held === null ? '' : `; nothing leaves: ${held}`}`
  yield `  read   ${reads.map(({ list, known, every_s: every }) => `${list} (${known} known, every ${every} s)`).join(', ')}`
  for (const { act, says } of writes) yield `  ${act}  ${says}`
}
