/** Queues, and the tasks that wait for them. */
import { checkoutOf } from '../trees/spec.js'
import type { Layout } from './model.js'
import { checkCase, checkName, checkWorkMachine } from './names.js'
import type { Report } from './report.js'

export function checkMerges(layout: Layout, report: Report): void {
  const pools = new Map(layout.trees.map((pool) => [pool.id, pool]))
  const machines = new Map(layout.machines.map((machine) => [machine.id as string, machine]))
  checkCase(
    report,
    'merges',
    layout.merges.map(({ id }) => id),
  )
  const taken = new Map<string, string>()
  for (const merge of layout.merges) {
    const path = ['merges', merge.id]
    if (!checkName(report, [...path, 'pool'], 'pool of trees', merge.pool, pools)) continue
    checkWorkMachine(report, [...path, 'machine'], merge.machine, machines)
    const before = taken.get(merge.pool)
    if (before !== undefined)
      report([...path, 'pool'], `${before} lands the branches of ${merge.pool} already`)
    taken.set(merge.pool, merge.id)
    const pool = pools.get(merge.pool)
    const repository = layout.repositories.find(({ id }) => id === pool?.repository)
    if (repository === undefined) continue
    if (checkoutOf(repository, merge.machine) === undefined)
      report([...path, 'machine'], `repository ${repository.id} has no machine_paths for ${merge.machine}`)
    if (merge.push !== 'none' && repository.remote === null)
      report([...path, 'push'], `push: ${merge.push} needs a remote of repository ${repository.id}`)
    if (merge.push === 'pr') warnWithoutGithub(layout, report, [...path, 'push'])
  }
  for (const task of layout.tasks) {
    if (task.act === null) continue
    const path = ['tasks', task.id]
    const queue = task.tree === null ? layout.merges[0] : layout.merges.find(({ pool }) => pool === task.tree)
    if (queue === undefined) {
      const of = task.tree === null ? '' : ` with pool: ${task.tree}`
      report(path, `type: ${task.act} needs an entry of \`merges:\`${of}`)
      continue
    }
    if (task.act !== 'pr' || queue.push === 'branch') continue
    const pool = pools.get(queue.pool)
    const repository = layout.repositories.find(({ id }) => id === pool?.repository)
    if (repository?.remote === null)
      report(path, `there will be no pull request: repository ${repository.id} names no remote`, 'warning')
    warnWithoutGithub(layout, report, path)
  }
}

function warnWithoutGithub(layout: Layout, report: Report, path: readonly (string | number)[]): void {
  if (layout.github.length > 0) return
  const how = 'a machine of `kind: github`, and an entry of `github:` for it'
  report(path, `there will be no pull request: the layout has no ${how.replace(/^a /, '')}`, 'warning')
}
