/** Small layouts for simulations: everything that is not said has the layout's default. */
import type { ReportTimes, SyncSpec } from '../core/reports/spec.js'
import type { EscalationStep } from '../core/escalation/spec.js'
import type { PersonSpec } from '../core/gates/spec.js'
import {
  checkedIdOrNull,
  checkedId,
  type AgentId,
  type GateId,
  type LayerId,
  type MachineId,
  type MilestoneId,
  type PhaseId,
  type SessionName,
  type TaskId,
} from '../core/ids.js'
import type { AgentSpec, GateSpec, Layout, Machine, OnUnreachable, TaskSpec } from '../core/layout/model.js'
import { DEFAULT_RETRY, PLAIN_TASK } from '../core/layout/task-spec.js'
import { PLAIN_AGENT } from '../core/layout/agent-spec.js'
import { PLAIN_GATE } from '../core/layout/gate-spec.js'
import { PLAIN_MACHINE, PLAIN_SSH } from '../core/layout/machine-spec.js'
import { PLAIN_LAYOUT } from '../core/layout/plain-layout.js'
import type { MilestoneSpec, PhaseSpec } from '../core/phases/plan-specs.js'
import type { RepositorySpec, TreePoolSpec } from '../core/trees/spec.js'
import { withPhaseGates, withPhases } from '../core/phases/with-phases.js'

export type TaskInit = Partial<Omit<TaskSpec, 'id' | 'agent' | 'machine' | 'retry'>> & {
  readonly agent?: string
  readonly machine?: string
  readonly retry?: Partial<TaskSpec['retry']>
}
export type AgentInit = Partial<Omit<AgentSpec, 'id' | 'machine'>> & { readonly machine?: string }
export interface MachineInit {
  readonly layer?: string
  readonly kind?: 'local' | 'ssh'
  readonly capacity?: number
  readonly maxLoad?: number
  readonly onUnreachable?: OnUnreachable
}
export type GateInit = Partial<Omit<GateSpec, 'id'>>

export type PhaseInit = Partial<Omit<PhaseSpec, 'id' | 'gate' | 'workers'>> & {
  readonly gate?: string
  readonly workers?: readonly string[]
}
export type MilestoneInit = Partial<Omit<MilestoneSpec, 'id'>> & { readonly due: string }

export interface LayoutInit {
  /** Without it: `here`, the local machine. */
  readonly machines?: Readonly<Record<string, MachineInit>>
  readonly agents?: Readonly<Record<string, AgentInit>>
  readonly tasks?: Readonly<Record<string, TaskInit>>
  readonly gates?: Readonly<Record<string, GateInit>>
  readonly barrier?: boolean
  /** From the highest to the lowest. */
  readonly layers?: readonly string[]
  readonly phases?: Readonly<Record<string, PhaseInit>>
  readonly milestones?: Readonly<Record<string, MilestoneInit>>
  readonly timezone?: string
  readonly people?: readonly PersonSpec[]
  readonly escalation?: readonly EscalationStep[]
  readonly reports?: Partial<ReportTimes>
  readonly sync?: Partial<SyncSpec>
  readonly repositories?: readonly RepositorySpec[]
  readonly trees?: readonly TreePoolSpec[]
}

export function layoutOf(init: LayoutInit): Layout {
  const machines = Object.entries(init.machines ?? { here: {} }).map(([id, machine]) =>
    machineOf(id, machine),
  )
  const first = machines[0]?.id ?? 'here'
  const phases = Object.entries(init.phases ?? {}).map(([id, phase]) => phaseOf(id, phase))
  return {
    ...PLAIN_LAYOUT,
    session: checkedId<SessionName>('simulated'),
    layers: (init.layers ?? []).map((id) => ({ id: checkedId<LayerId>(id), name: id })),
    machines,
    agents: Object.entries(init.agents ?? {}).map(([id, agent]) => agentOf(id, agent, first)),
    tasks: withPhases(
      Object.entries(init.tasks ?? {}).map(([id, task]) => taskOf(id, task)),
      phases,
    ),
    gates: withPhaseGates(
      Object.entries(init.gates ?? {}).map(([id, gate]) => gateOf(id, gate)),
      phases,
    ),
    phases,
    milestones: Object.entries(init.milestones ?? {}).map(([id, milestone]) => milestoneOf(id, milestone)),
    repositories: init.repositories ?? PLAIN_LAYOUT.repositories,
    trees: init.trees ?? PLAIN_LAYOUT.trees,
    timezone: init.timezone ?? PLAIN_LAYOUT.timezone,
    people: init.people ?? PLAIN_LAYOUT.people,
    escalation: init.escalation ?? PLAIN_LAYOUT.escalation,
    reports: { ...PLAIN_LAYOUT.reports, ...init.reports },
    sync: { ...PLAIN_LAYOUT.sync, ...init.sync },
    waves: { barrier: init.barrier ?? PLAIN_LAYOUT.waves.barrier },
  }
}

function machineOf(id: string, init: MachineInit): Machine {
  const base = {
    ...PLAIN_MACHINE,
    id: checkedId<MachineId>(id),
    layer: checkedIdOrNull<LayerId>(init.layer),
    code: id.slice(0, 2).toUpperCase(),
    capacity: init.capacity ?? null,
    maxLoad: init.maxLoad ?? null,
  }
  if (init.kind !== 'ssh') return { ...base, kind: 'local' }
  const onUnreachable = init.onUnreachable ?? PLAIN_SSH.onUnreachable
  return { ...base, ...PLAIN_SSH, kind: 'ssh', host: id, onUnreachable }
}

export function agentOf(id: string, init: AgentInit, machine: string): AgentSpec {
  return {
    ...PLAIN_AGENT,
    type: 'claude',
    behaviour: 'claude',
    ...init,
    id: checkedId<AgentId>(id),
    machine: checkedId<MachineId>(init.machine ?? machine),
  }
}

export function taskOf(id: string, init: TaskInit): TaskSpec {
  return {
    ...PLAIN_TASK,
    title: id,
    prompt: `do ${id}`,
    command: init.kind === 'command' ? 'true' : null,
    estimateMs: 60_000,
    ...init,
    id: checkedId<TaskId>(id),
    agent: checkedIdOrNull(init.agent),
    machine: checkedIdOrNull(init.machine),
    retry: { ...DEFAULT_RETRY, jitter: 0, ...init.retry },
  }
}

export function gateOf(id: string, init: GateInit): GateSpec {
  return {
    ...PLAIN_GATE,
    ...init,
    id: checkedId<GateId>(id),
  }
}

function phaseOf(id: string, init: PhaseInit): PhaseSpec {
  return {
    title: null,
    goal: null,
    tasks: [],
    needs: [],
    issue: null,
    ...init,
    id: checkedId<PhaseId>(id),
    gate: checkedIdOrNull(init.gate),
    workers: (init.workers ?? []).map((worker) => checkedId<AgentId>(worker)),
  }
}

function milestoneOf(id: string, init: MilestoneInit): MilestoneSpec {
  return { title: null, tasks: [], stopOtherWork: false, ...init, id: checkedId<MilestoneId>(id) }
}
