import { didYouMean } from './did-you-mean.js'
import type { AgentSpec, Layout, Machine } from './model.js'
import { checkCase, checkWorkMachine } from './names.js'
import type { Report } from './report.js'
import { quote } from './report.js'

export function checkAgents(layout: Layout, report: Report): void {
  const machines = new Map<string, Machine>(layout.machines.map((machine) => [machine.id, machine]))
  const agents = new Map<string, AgentSpec>(layout.agents.map((agent) => [agent.id, agent]))
  const roles = rolesOf(layout)
  checkCase(report, 'agents', [...agents.keys()])
  for (const agent of layout.agents) {
    const path = ['agents', agent.id]
    checkWorkMachine(report, [...path, 'machine'], agent.machine, machines)
    if (agent.fallback !== null) {
      checkFallback(report, [...path, 'fallback'], agent.fallback, agents, roles)
      if (agent.fallback === agent.id) report([...path, 'fallback'], `${agent.id} cannot stand in for itself`)
    }
    if (Object.keys(agent.env).some((name) => name.startsWith('ORCHESTRA_'))) {
      const name = Object.keys(agent.env).find((key) => key.startsWith('ORCHESTRA_'))!
      report([...path, 'env', name], `${name} is set by orchestra itself`)
    }
    for (const task of layout.tasks) {
      if ((task.id as string) === agent.id)
        report(['tasks', task.id], `${task.id} is the name of an agent already`)
    }
    for (const gate of layout.gates) {
      if ((gate.id as string) === agent.id)
        report(['gates', gate.id], `${gate.id} is the name of an agent already`)
    }
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
