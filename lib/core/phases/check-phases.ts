/** What is wrong with a plan that has the right shape: names, tasks in two phases, dates that no calendar has. */
import { didYouMean } from '../layout/did-you-mean.js'
import type { AgentSpec, Layout, TaskSpec } from '../layout/model.js'
import { checkCase, checkName } from '../layout/names.js'
import { quote, type LayoutPath, type Report } from '../layout/report.js'
import { isZone, parseDue } from '../time-zone.js'
import type { MilestoneSpec, PhaseSpec } from './plan-specs.js'

interface Known {
  readonly tasks: ReadonlyMap<string, TaskSpec>
  readonly gates: ReadonlySet<string>
  readonly phases: ReadonlyMap<string, PhaseSpec>
  readonly agents: ReadonlyMap<string, AgentSpec>
  /** The first phase of each task, and of each gate. */
  readonly owners: Map<string, string>
}

export function checkPhases(layout: Layout, report: Report): void {
  const known: Known = {
    tasks: new Map(layout.tasks.map((task) => [task.id, task])),
    gates: new Set(layout.gates.map((gate) => gate.id)),
    phases: new Map(layout.phases.map((phase) => [phase.id, phase])),
    agents: new Map(layout.agents.map((agent) => [agent.id, agent])),
    owners: new Map(),
  }
  const { timezone } = layout
  if (timezone !== null && !isZone(timezone))
    report(['timezone'], `${quote(timezone)} is not an IANA time zone, such as Asia/Tokyo or UTC`)
  checkCase(report, 'phases', [...known.phases.keys()])
  for (const phase of layout.phases) checkPhase(phase, known, report)
  for (const milestone of layout.milestones) checkMilestone(milestone, known, report)
  checkTiers(layout, known, report)
  checkStandby(layout, report)
}

function checkPhase(phase: PhaseSpec, known: Known, report: Report): void {
  const { id, tasks, gate, needs, workers } = phase
  const path = ['phases', id]
  if (known.tasks.has(id)) report(path, `${id} is the name of a task already`)
  if (known.gates.has(id)) report(path, `${id} is the name of a gate already`)
  if (known.agents.has(id)) report(path, `${id} is the name of an agent already`)
  if (tasks.length === 0) report(path, `phase ${id} has no tasks`, 'warning')
  for (const [at, task] of tasks.entries()) {
    const place = [...path, 'tasks', at]
    if (checkName(report, place, 'task', task, known.tasks)) checkOwner(id, task, place, known, report)
  }
  if (gate !== null) {
    const place = [...path, 'gate']
    if (known.gates.has(gate)) checkOwner(id, gate, place, known, report)
    else report(place, `no gate is called ${quote(gate)}${didYouMean(gate, known.gates)}`)
  }
  for (const [at, need] of needs.entries()) {
    if (need === id) report([...path, 'needs', at], `${id} needs itself`)
    else if (!known.tasks.has(need) && !known.gates.has(need) && !known.phases.has(need)) {
      const names = [...known.phases.keys(), ...known.tasks.keys(), ...known.gates]
      report(
        [...path, 'needs', at],
        () => `no phase, task or gate is called ${quote(need)}${didYouMean(need, names)}`,
      )
    }
  }
  checkWorkers(phase, workers, known, report)
}

function checkOwner(phase: string, member: string, path: LayoutPath, known: Known, report: Report): void {
  const owner = known.owners.get(member)
  if (owner !== undefined) report(path, `${member} is in the phase ${owner} already`)
  else known.owners.set(member, phase)
}

/** Each task of the phase must have somebody among its workers. */
function checkWorkers(phase: PhaseSpec, workers: readonly string[], known: Known, report: Report): void {
  const path = ['phases', phase.id, 'workers']
  if (workers.length === 0) return
  for (const [at, worker] of workers.entries())
    checkName(report, [...path, at], 'agent', worker, known.agents)
  const crew = workers.flatMap((worker) => known.agents.get(worker) ?? [])
  if (crew.length < workers.length) return
  for (const id of phase.tasks) {
    const task = known.tasks.get(id)
    if (task === undefined || task.kind !== 'prompt' || task.disabled) continue
    if (task.agent !== null) {
      if (!workers.includes(task.agent)) report(path, `${id} is for ${task.agent}, who is not among them`)
    } else if (task.role !== null && !crew.some((agent) => agent.role === task.role)) {
      report(path, `nobody can do ${id}: none of them has the role ${quote(task.role)}`)
    }
  }
}

function checkMilestone(milestone: MilestoneSpec, known: Known, report: Report): void {
  const { id, due, tasks } = milestone
  const path = ['milestones', id]
  if (parseDue(due, 'UTC') === undefined) {
    report(
      [...path, 'due'],
      `${quote(due)} is not a date: write 2026-12-19 (ends at 24:00), 2026-12-19T18:00 or 2026-12-19T18:00+09:00`,
    )
  }
  if (tasks.length === 0) report(path, `milestone ${id} names no tasks and no phases`)
  for (const [at, name] of tasks.entries()) {
    if (known.tasks.has(name) || known.phases.has(name)) continue
    const names = [...known.phases.keys(), ...known.tasks.keys()]
    report(
      [...path, 'tasks', at],
      () => `no task and no phase is called ${quote(name)}${didYouMean(name, names)}`,
    )
  }
}

/** The tier of a task is its own: what needs it does not raise it. */
function checkTiers(layout: Layout, known: Known, report: Report): void {
  for (const task of layout.tasks) {
    for (const [at, need] of task.needs.entries()) {
      const tier = known.tasks.get(need)?.tier
      if (tier !== undefined && tier > task.tier)
        report(
          ['tasks', task.id, 'needs', at],
          `${task.id} is ${task.tier} and waits for ${need}, which is ${tier} and goes after all ${task.tier} work`,
          'warning',
        )
    }
  }
}

function checkStandby(layout: Layout, report: Report): void {
  for (const agent of layout.agents) {
    if (agent.standby.length === 0) continue
    const path = ['agents', agent.id, 'standby']
    const others = layout.agents.some(
      (other) => other.standby.length === 0 && (agent.role === null || other.role === agent.role),
    )
    if (!others && !agent.standby.includes('role_short'))
      report(
        path,
        `${agent.id} never starts: there is no other agent whose work it could take over`,
        'warning',
      )
  }
}
