import { findCycles, formatCycle } from '../dag/find-cycle.js'
import { buildGraph } from '../dag/graph.js'
import { AGENT_TYPES } from './agent-types.js'
import { checkFallback, rolesOf } from './check-agents.js'
import { didYouMean } from './did-you-mean.js'
import type { AgentSpec, GateSpec, Layout, Machine, TaskSpec } from './model.js'
import { checkCase, checkName, checkWorkMachine } from './names.js'
import type { LayoutPath, Report } from './report.js'
import { quote } from './report.js'

interface Known {
  readonly machines: ReadonlyMap<string, Machine>
  readonly agents: ReadonlyMap<string, AgentSpec>
  readonly roles: ReadonlySet<string>
  readonly tasks: ReadonlyMap<string, TaskSpec>
  /** Tasks, gates and phases. */
  readonly nodes: ReadonlySet<string>
}

export function checkTasks(layout: Layout, report: Report): void {
  const tasks = new Map<string, TaskSpec>(layout.tasks.map((task) => [task.id, task]))
  const known: Known = {
    machines: new Map(layout.machines.map((machine) => [machine.id as string, machine])),
    agents: new Map(layout.agents.map((agent) => [agent.id as string, agent])),
    roles: rolesOf(layout),
    tasks,
    nodes: new Set<string>([
      ...tasks.keys(),
      ...layout.gates.map((gate) => gate.id),
      ...layout.phases.map((phase) => phase.id),
    ]),
  }
  checkCase(report, 'tasks', [...tasks.keys()])
  for (const task of layout.tasks) checkTask(task, ownNeeds(task, layout), known, report)
  for (const gate of layout.gates) {
    const path = ['gates', gate.id]
    if (tasks.has(gate.id)) report(path, `${gate.id} is the name of a task already`)
    if (gate.machine !== null) checkWorkMachine(report, [...path, 'machine'], gate.machine, known.machines)
    checkNeeds(ownAfter(gate, layout), [...path, 'after'], known, report)
  }
  checkCycles(layout, report)
}

function checkTask(task: TaskSpec, own: readonly string[], known: Known, report: Report): void {
  const path = ['tasks', task.id]
  if (task.machine !== null) checkWorkMachine(report, [...path, 'machine'], task.machine, known.machines)
  checkNeeds(own, [...path, 'needs'], known, report)
  for (const [at, output] of task.outputs.entries()) {
    if (output.split('/').includes('..'))
      report([...path, 'outputs', at], `${quote(output)} leads out of cwd (..)`)
  }
  const { fallback } = task
  if (fallback !== null) checkFallback(report, [...path, 'fallback'], fallback, known.agents, known.roles)
  if (task.kind === 'prompt') checkHands(task, known, path, report)
  const reserved = Object.keys(task.env).find((name) => name.startsWith('ORCHESTRA_'))
  if (reserved !== undefined) report([...path, 'env', reserved], `${reserved} is set by orchestra itself`)
}

/** Is there anybody to do it? */
function checkHands(task: TaskSpec, known: Known, path: LayoutPath, report: Report): void {
  if (task.agent !== null) {
    if (!checkName(report, [...path, 'agent'], 'agent', task.agent, known.agents)) return
    const agent = known.agents.get(task.agent)!
    if (task.machine !== null && agent.machine !== task.machine) {
      report([...path, 'machine'], `agent ${agent.id} is on ${agent.machine}, not on ${task.machine}`)
    }
    if (task.role !== null && agent.role !== task.role) {
      const has = agent.role === null ? 'no role' : `the role ${agent.role}`
      report([...path, 'role'], `agent ${agent.id} has ${has}, not ${quote(task.role)}`)
    }
    return
  }
  if (task.disabled) return
  if (task.role !== null) {
    if (known.roles.has(task.role) || task.fallback !== null) return
    report([...path, 'role'], () => noSuchRole(task.id, task.role!, known))
    return
  }
  const able = [...known.agents.values()].some((agent) => AGENT_TYPES[agent.behaviour].takesTasks)
  if (!able) report(path, `nobody can do ${task.id}: the layout has no agent that takes tasks`)
}

function noSuchRole(task: string, role: string, known: Known): string {
  const hint = known.agents.has(role)
    ? ` (did you mean agent: ${role}?)`
    : didYouMean(role, known.roles) ||
      (known.roles.size === 0 ? '' : ` (roles: ${[...known.roles].slice(0, 20).join(', ')})`)
  return `nobody can do ${task}: no agent has the role ${quote(role)}${hint}`
}

function checkNeeds(needs: readonly string[], path: LayoutPath, known: Known, report: Report): void {
  for (const [at, need] of needs.entries()) {
    if (!known.nodes.has(need)) {
      report([...path, at], () => {
        const hint = known.agents.has(need) ? ' (that is an agent)' : didYouMean(need, known.nodes)
        return `no task is called ${quoteId(need)}${hint}`
      })
    } else if (known.tasks.get(need)?.disabled === true) {
      report([...path, at], `${need} is disabled, so that this never starts`, 'warning')
    }
  }
}

function quoteId(id: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : quote(id)
}

/** Without what its phase needs: that stands elsewhere in the file. */
function ownNeeds(task: TaskSpec, { phases }: Layout): readonly string[] {
  const phase = phases.find(({ id }) => id === task.phase)
  return phase === undefined ? task.needs : task.needs.filter((need) => !phase.needs.includes(need))
}

/** A gate that names nothing before it has its phase's tasks there. */
function ownAfter(gate: GateSpec, { phases }: Layout): readonly string[] {
  const phase = phases.find((one) => one.gate === gate.id)
  return phase !== undefined && phase.tasks === gate.after ? [] : gate.after
}

function checkCycles(layout: Layout, report: Report): void {
  for (const cycle of findCycles(buildGraph(layout.tasks, layout.gates, layout.phases))) {
    const path = placeOfNeed(layout, cycle[0]!, cycle[1]!)
    const message =
      cycle.length === 2 ? `${cycle[0]} needs itself` : `these wait for each other: ${formatCycle(cycle)}`
    report(path, message)
  }
}

/** Where the file says that `from` waits for `to`. */
function placeOfNeed(layout: Layout, from: string, to: string): LayoutPath {
  const task = layout.tasks.find(({ id }) => id === from)
  if (task !== undefined) {
    const own = ownNeeds(task, layout).indexOf(to)
    if (own >= 0 || task.phase === null) return ['tasks', from, 'needs', own]
  }
  const gate = task === undefined ? layout.gates.find(({ id }) => id === from) : undefined
  if (gate !== undefined) return ['gates', from, 'after', gate.after.indexOf(to)]
  const phase = layout.phases.find(({ id }) => id === (task?.phase ?? from))
  if (phase === undefined) return ['tasks', from]
  const at = phase.needs.indexOf(to)
  if (at >= 0) return ['phases', phase.id, 'needs', at]
  return phase.gate === to
    ? ['phases', phase.id, 'gate']
    : ['phases', phase.id, 'tasks', phase.tasks.indexOf(to)]
}
