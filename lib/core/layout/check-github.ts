/** Machines that are connected and are none of GitHub, issues that no repository has. */
import { looksSecret } from '../environment/environment.js'
import { checkName } from './names.js'
import type { Layout } from './model.js'
import type { Report } from './report.js'

export function checkGithub({ github, machines, tasks }: Layout, report: Report): void {
  const places = new Map(machines.map((machine) => [machine.id as string, machine]))
  const hubs = new Map(machines.filter(({ kind }) => kind === 'github').map(({ id }) => [id as string, id]))
  for (const { machine, mode, token, post } of github) {
    const path = ['github', machine]
    const place = places.get(machine)
    if (place === undefined) {
      checkName(report, path, 'machine of kind github', machine, hubs)
      continue
    }
    if (place.kind !== 'github') report(path, `${machine} is of kind ${place.kind}, not github`)
    else if (place.repository === null)
      report(
        ['machines', machine, 'repository'],
        `${machine} is connected and needs a repository: owner/name`,
      )
    if (token === null) report([...path, 'token'], 'without a token nothing is asked of GitHub', 'warning')
    if (token?.kind === 'env' && !looksSecret(token.name))
      report(
        [...path, 'token', 'env'],
        `every agent is given ${token.name}; only variables are kept from them whose names say that they are secrets, as GITHUB_TOKEN`,
      )
    if (mode === 'read' && post.length > 0)
      report([...path, 'post'], 'in mode read nothing is posted; say mode: mirror', 'warning')
  }
  const byIssue = new Map<number, string>()
  for (const { id, issue } of tasks) {
    if (issue === null) continue
    const path = ['tasks', id, 'issue']
    if (github.length === 0)
      report(path, 'no machine is connected to GitHub; give it an entry under github:', 'warning')
    if (issue === 'create') continue
    const other = byIssue.get(issue)
    if (other !== undefined) report(path, `issue ${issue} is bound to ${other} already`)
    byIssue.set(issue, id)
  }
}
