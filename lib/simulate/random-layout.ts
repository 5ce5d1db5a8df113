/** A layout with something of everything, from a seed. */
import { checkedId, type MachineId } from '../core/ids.js'
import type { Layout } from '../core/layout/model.js'
import {
  layoutOf,
  type AgentInit,
  type GateInit,
  type MachineInit,
  type PhaseInit,
  type TaskInit,
} from './layout-of.js'
import { Random } from './random.js'

const ROLES = ['plan', 'implement', 'review']

export function randomLayout(seed: number): Layout {
  const random = new Random(seed * 7919 + 17)
  const machines: Record<string, MachineInit> = {
    here: { kind: 'local' },
    mugen: { kind: 'ssh', capacity: random.between(1, 6), onUnreachable: policy(random) },
    majin: { kind: 'ssh', onUnreachable: policy(random) },
  }
  const agents: Record<string, AgentInit> = {}
  const crew = random.between(3, 7)
  for (let n = 1; n <= crew; n += 1) agents[`A${n}`] = randomAgent(random, n)
  const gates: Record<string, GateInit> = {}
  const tasks: Record<string, TaskInit> = {}
  const count = random.between(5, 25)
  for (let n = 1; n <= count; n += 1) {
    tasks[`T${n}`] = randomTask(random, n, Object.keys(agents), Object.keys(gates))
    if (!random.chance(0.1)) continue
    const after = [`T${n}`]
    gates[`G${n}`] = {
      after,
      verify: random.chance(0.6) ? ['true'] : [],
      approve: random.chance(0.4) ? 'human' : 'none',
    }
  }
  const barrier = random.chance(0.15)
  const phases = randomPhases(random, tasks, Object.keys(agents))
  return layoutOf({ machines, agents, tasks, gates, barrier, phases })
}

/** Cuts the tasks into rows, so that a phase only ever waits for what stands before it. */
function randomPhases(
  random: Random,
  tasks: Record<string, TaskInit>,
  agents: readonly string[],
): Record<string, PhaseInit> {
  for (const [id, task] of Object.entries(tasks))
    tasks[id] = { ...task, tier: random.pick(['P0', 'P1', 'P1', 'P2'] as const)! }
  if (random.chance(0.5)) return {}
  const ids = Object.keys(tasks)
  const phases: Record<string, PhaseInit> = {}
  for (let at = 0; at < ids.length;) {
    const size = random.between(1, 8)
    const before = Object.keys(phases)
    phases[`P${before.length}`] = {
      tasks: ids.slice(at, at + size),
      needs: random.chance(0.6) ? before.slice(-1) : [],
      workers: random.chance(0.1) ? agents.filter(() => random.chance(0.7)) : [],
    }
    at += size
  }
  return phases
}

function policy(random: Random): NonNullable<MachineInit['onUnreachable']> {
  return random.pick([
    { policy: 'hold' } as const,
    { policy: 'local' } as const,
    { policy: 'machine', machine: checkedId<MachineId>('here') } as const,
  ])!
}

function randomAgent(random: Random, n: number): AgentInit {
  return {
    machine: random.pick(['here', 'mugen', 'majin'])!,
    role: ROLES[n % ROLES.length]!,
    restart: random.pick(['never', 'on-failure', 'always', 'always'] as const)!,
    fallback: random.chance(0.3) ? random.pick(['A1', 'implement'])! : null,
    behaviour: random.chance(0.3) ? 'command' : 'claude',
    standby: [],
    tree: null,
    onLimit: random.pick(['wait', 'hold', 'move'] as const)!,
  }
}

function randomTask(
  random: Random,
  n: number,
  agents: readonly string[],
  gates: readonly string[],
): TaskInit {
  const needs = new Set<string>()
  const wanted = n === 1 ? 0 : random.between(0, 3)
  for (let k = 0; k < wanted; k += 1) needs.add(`T${random.between(1, n - 1)}`)
  const gate = random.chance(0.2) ? random.pick(gates) : undefined
  if (gate !== undefined) needs.add(gate)
  const common: TaskInit = {
    needs: [...needs],
    estimateMs: random.between(1000, 60_000),
    timeoutMs: random.chance(0.2) ? random.between(40_000, 200_000) : null,
    priority: random.between(1, 3),
    whenAlreadyDone: random.chance(0.1) ? 'false' : null,
    retry: { attempts: random.between(1, 4), delayMs: random.between(0, 5000), jitter: 0.25 },
  }
  if (random.chance(0.2))
    return { ...common, kind: 'command', machine: random.pick(['here', 'mugen', 'majin'])! }
  const chosen = random.next()
  if (chosen < 0.3) return { ...common, agent: random.pick(agents)! }
  if (chosen < 0.8)
    return { ...common, role: random.pick(ROLES)!, fallback: random.chance(0.3) ? 'A1' : null }
  return common
}
