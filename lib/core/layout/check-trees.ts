/** Pools, repositories and who works in them: references, places, and words that contradict each other. */
import { checkoutOf, type RepositorySpec, type TreePoolSpec } from '../trees/spec.js'
import type { AgentSpec, Layout } from './model.js'
import { checkCase, checkName, checkWorkMachine } from './names.js'
import type { LayoutPath, Report } from './report.js'

export function checkTrees(layout: Layout, report: Report): void {
  const machines = new Map(layout.machines.map((one) => [one.id as string, one]))
  const repositories = new Map(layout.repositories.map((one) => [one.id, one]))
  const pools = new Map(layout.trees.map((one) => [one.id, one]))
  checkCase(report, 'repositories', [...repositories.keys()])
  checkCase(report, 'trees', [...pools.keys()])
  for (const { id, paths } of layout.repositories) {
    const path = ['repositories', id, 'machine_paths']
    for (const [machine, at] of Object.entries(paths)) {
      checkWorkMachine(report, [...path, machine], machine, machines)
      if (!/^(\/|~\/)/.test(at))
        report([...path, machine], 'a checkout is an absolute path, or one that begins with ~/')
    }
    if (Object.keys(paths).length === 0) report(path, `${id} is on no machine`)
  }
  for (const pool of layout.trees) {
    const path = ['trees', pool.id]
    checkName(report, [...path, 'repository'], 'repository', pool.repository, repositories)
    if (!/^(\/|~\/)/.test(pool.dir))
      report([...path, 'dir'], 'must be an absolute path, or one that begins with ~/')
    for (const [key, files] of [
      ['copy', pool.copy ?? []],
      ['setup_key', pool.setupKey],
    ] as const)
      for (const [at, file] of files.entries())
        if (/^[/~]/.test(file) || file.split('/').includes('..'))
          report([...path, key, at], 'is a path inside of the repository')
    const reserved = Object.keys(pool.ports).find((name) => name.startsWith('ORCHESTRA_'))
    if (reserved !== undefined) report([...path, 'ports', reserved], `${reserved} is set by orchestra itself`)
  }
  const agents = new Map(layout.agents.map((one) => [one.id as string, one]))
  for (const agent of layout.agents) {
    if (agent.tree === null) continue
    const path = ['agents', agent.id, 'tree']
    checkUse(report, path, agent.tree.pool, agent.machine, { pools, repositories })
    if (agent.cwd !== null && !isFromType(agent))
      report(['agents', agent.id, 'cwd'], 'an agent with a tree works in that one: leave cwd away')
    if (agent.mode === 'headless' && agent.tree.hold === 'agent')
      report([...path, 'hold'], 'a headless agent is a process for each task: it holds no tree in between')
    if (agent.standby.length > 0)
      report(['agents', agent.id, 'standby'], 'an agent with a tree is only started for a task anyway')
  }
  for (const task of layout.tasks) {
    if (task.tree === null) continue
    const path = ['tasks', task.id, 'tree']
    const agent = task.agent === null ? undefined : agents.get(task.agent)
    checkUse(report, path, task.tree, task.machine ?? agent?.machine ?? null, { pools, repositories })
    if (task.cwd !== null && /^[/~]/.test(task.cwd))
      report(['tasks', task.id, 'cwd'], 'a task with a tree works in that one: give a path inside of it')
    if (agent !== undefined && !takesTree(agent, task.tree))
      report(path, `agent ${agent.id} works in no tree of ${task.tree}: give it tree: ${task.tree}`)
  }
}

/** An agent may take a task that wants a tree of that pool: it is started there. */
export function takesTree({ tree, mode }: AgentSpec, pool: string): boolean {
  return mode === 'headless' || tree?.pool === pool
}

function isFromType({ cwd }: AgentSpec): boolean {
  return cwd === null
}

function checkUse(
  report: Report,
  path: LayoutPath,
  name: string,
  machine: string | null,
  known: {
    readonly pools: ReadonlyMap<string, TreePoolSpec>
    readonly repositories: ReadonlyMap<string, RepositorySpec>
  },
): void {
  if (!checkName(report, path, 'pool of trees', name, known.pools)) return
  const repository = known.repositories.get(known.pools.get(name)!.repository)
  if (repository === undefined || machine === null) return
  if (checkoutOf(repository, machine) === undefined)
    report(path, `repository ${repository.id} has no machine_paths for ${machine}`)
}
