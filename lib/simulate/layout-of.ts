/** Small layouts for simulations: everything that is not said has the layout's default. */
import { NO_REPORTS, NO_SYNC, type ReportTimes, type SyncSpec } from '../core/reports/spec.js'
import type { EscalationStep } from '../core/escalation/spec.js'
import { ANY_PERSON, type PersonSpec } from '../core/gates/spec.js'
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
import { DEFAULT_RETRY, PLAIN_TASK } from '../core/layout/plain-task.js'
import type { MilestoneSpec, PhaseSpec } from '../core/phases/plan-specs.js'
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
}

export function layoutOf(init: LayoutInit): Layout {
  const machines = Object.entries(init.machines ?? { here: {} }).map(([id, machine]) =>
    machineOf(id, machine),
  )
  const first = machines[0]?.id ?? 'here'
  const phases = Object.entries(init.phases ?? {}).map(([id, phase]) => phaseOf(id, phase))
  return {
    version: 1,
    session: checkedId<SessionName>('simulated'),
    title: null,
    tmux: { socket: 'orchestra', keys: 'own' },
    runDir: null,
    directory: null,
    layers: (init.layers ?? []).map((id) => ({ id: checkedId<LayerId>(id), name: id })),
    machines,
    agents: Object.entries(init.agents ?? {}).map(([id, agent]) => agentOf(id, agent, first)),
    mcpServers: [],
    windows: [],
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
    timezone: init.timezone ?? null,
    people: init.people ?? [],
    escalation: init.escalation ?? [],
    reports: { ...NO_REPORTS, ...init.reports },
    sync: { ...NO_SYNC, ...init.sync },
    roles: [],
    waves: { barrier: init.barrier ?? false },
    api: { tcp: null },
    github: [],
    notify: { command: [], webhook: null, quiet: null },
    problems: { show: [] },
  }
}

function machineOf(id: string, init: MachineInit): Machine {
  const base = {
    id: checkedId<MachineId>(id),
    layer: checkedIdOrNull<LayerId>(init.layer),
    code: id.slice(0, 2).toUpperCase(),
    label: null,
    repo: null,
    capacity: init.capacity ?? null,
    maxLoad: init.maxLoad ?? null,
  }
  if (init.kind !== 'ssh') return { ...base, kind: 'local' }
  const onUnreachable = init.onUnreachable ?? { policy: 'hold' }
  return {
    ...base,
    kind: 'ssh',
    host: id,
    user: null,
    port: null,
    jump: null,
    identityFile: null,
    transport: 'ssh2',
    onUnreachable,
  }
}

export function agentOf(id: string, init: AgentInit, machine: string): AgentSpec {
  return {
    type: 'claude',
    behaviour: 'claude',
    command: [],
    env: {},
    role: null,
    label: null,
    cwd: null,
    fallback: null,
    restart: 'never',
    autoTrust: [],
    autoApprove: [],
    onLimit: 'wait',
    stallMs: null,
    mode: 'interactive',
    standby: [],
    access: [],
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

function gateOf(id: string, init: GateInit): GateSpec {
  return {
    title: null,
    after: [],
    verify: [],
    machine: null,
    cwd: null,
    timeoutMs: 60_000,
    approve: 'none',
    criteria: [],
    quorum: ANY_PERSON,
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
    ...init,
    id: checkedId<PhaseId>(id),
    gate: checkedIdOrNull(init.gate),
    workers: (init.workers ?? []).map((worker) => checkedId<AgentId>(worker)),
  }
}

function milestoneOf(id: string, init: MilestoneInit): MilestoneSpec {
  return { title: null, tasks: [], stopOtherWork: false, ...init, id: checkedId<MilestoneId>(id) }
}
