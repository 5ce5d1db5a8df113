import type { Layout } from './model.js'
import { checkWorkMachine } from './names.js'
import type { Report } from './report.js'

/** A machine that can make commits has a working copy. */
export function checkStatusCommits({ statusCommits, machines }: Layout, report: Report): void {
  const { on, machine } = statusCommits
  const path = ['status_commits', 'machine']
  if (machine !== null) checkWorkMachine(report, path, machine, new Map(machines.map((one) => [one.id, one])))
  if (on.length === 0) return
  const found = machines.find(({ id, kind }) => (machine === null ? kind === 'local' : id === machine))
  if (found?.repo === null)
    report(machine === null ? ['status_commits'] : path, `${found.id} has no \`repo\` to commit in`)
}
