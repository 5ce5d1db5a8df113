import { didYouMean } from './did-you-mean.js'
import { HEADLESS_BEHAVIOURS } from './agent-types.js'
import type { AgentSpec, Layout, Machine } from './model.js'
import { checkCase, checkWorkMachine } from './names.js'
import type { Report } from './report.js'
import { quote } from './report.js'

export function checkAgents(layout: Layout, report: Report): void {
  const machines = new Map<string, Machine>(layout.machines.map((machine) => [machine.id, machine]))
  const agents = new Map<string, AgentSpec>(layout.agents.map((agent) => [agent.id, agent]))
  const roles = rolesOf(layout)
  checkCase(report, 'agents', [...agents.keys()])
  // `wait` and `approve` take an agent's id as well as a task's or gate's.
  for (const { id } of layout.tasks)
    if (agents.has(id)) report(['tasks', id], `${id} is the name of an agent already`)
  for (const { id } of layout.gates)
    if (agents.has(id)) report(['gates', id], `${id} is the name of an agent already`)
  for (const agent of layout.agents) {
    const path = ['agents', agent.id]
    checkWorkMachine(report, [...path, 'machine'], agent.machine, machines)
    if (agent.fallback !== null) {
      checkFallback(report, [...path, 'fallback'], agent.fallback, agents, roles)
      if (agent.fallback === agent.id) report([...path, 'fallback'], `${agent.id} cannot stand in for itself`)
    }
    if (agent.mode === 'headless' && !HEADLESS_BEHAVIOURS.has(agent.behaviour)) {
      const able = [...HEADLESS_BEHAVIOURS].join(', ')
      report([...path, 'mode'], `${agent.behaviour} agents have no headless mode; these have: ${able}`)
    }
    const reserved = Object.keys(agent.env).find((name) => name.startsWith('ORCHESTRA_'))
    if (reserved !== undefined) report([...path, 'env', reserved], `${reserved} is set by orchestra itself`)
  }
}

export function rolesOf(layout: Layout): Set<string> {
  return new Set(layout.agents.flatMap((agent) => (agent.role === null ? [] : [agent.role])))
}

/** An agent or a role. */
export function checkFallback(
  report: Report,
  path: readonly (string | number)[],
  name: string,
  agents: ReadonlyMap<string, unknown>,
  roles: ReadonlySet<string>,
): void {
  if (agents.has(name) || roles.has(name)) return
  report(
    path,
    `no agent and no role is called ${quote(name)}${didYouMean(name, [...agents.keys(), ...roles])}`,
  )
}
