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
  for (const { machine, repository, held, writes, mails_a_watcher: mails } of c.json
    ? []
    : plan.connections) {
    c.out(
      `${safeText(`${machine}  ${repository}  ${plural(writes.length, 'write')}, ${plural(mails, 'mail')} for each person who watches it${held === null ? '' : `; nothing leaves: ${held}`}`)}\n`,
    )
    for (const { says } of writes) c.out(`  ${safeText(says)}\n`)
  }
  return 0
}
