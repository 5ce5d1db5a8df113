/** Everything that is known of one thing of a session: its row of `status`, what the layout says of it, what happened to it. */
import { askedId } from '../ids.js'
import { isoTime } from '../iso-time.js'
import type { AgentSpec, GateSpec, Machine, TaskSpec } from '../layout/model.js'
import { whichKind } from '../layout/which-kind.js'
import type { EventRow, StatusDocument } from '../protocol/status.js'
import { dependentsOf } from '../run/index/dependents-of.js'
import { indexOf } from '../run/index/index-run.js'
import type { AttemptRecord, RunState } from '../run/state.js'

export const DESCRIBED = ['agent', 'task', 'gate', 'machine', 'role'] as const
export type Described = (typeof DESCRIBED)[number]

export interface Description {
  readonly kind: Described
  readonly id: string
  readonly [field: string]: unknown
}

export interface DescribeFacts {
  readonly state: RunState
  readonly status: StatusDocument
  /** The newest of the journal, in their order. */
  readonly events: readonly EventRow[]
}

const EVENTS = 15

/** `asked`: an id, or KIND:ID where several things are called so. @throws OrchestraError: nothing, or several things are */
export function describe(facts: DescribeFacts, asked: string): Description {
  const { kind, id } = meant(facts.status, asked)
  const events = facts.events.filter(({ subject }) => subject === id).slice(-EVENTS)
  // What kind of task or machine it is stands in `layout`.
  const fields = Object.entries(fieldsOf(facts, kind, id)).filter(([name]) => name !== 'kind')
  return { kind, id, ...Object.fromEntries(fields), events }
}

function meant(status: StatusDocument, asked: string): { readonly kind: Described; readonly id: string } {
  const names = namesIn(status)
  return whichKind(asked, {
    kinds: DESCRIBED,
    isThere: (kind, id) => names[kind].includes(id),
    names: () => Object.values(names).flat(),
    called: 'agent, task, gate, machine or role',
  })
}

function namesIn({ agents, tasks, gates, machines }: StatusDocument): Record<Described, readonly string[]> {
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)
  const roles = new Set([...agents, ...tasks].flatMap(({ role }) => role ?? []))
  return { agent: ids(agents), task: ids(tasks), gate: ids(gates), machine: ids(machines), role: [...roles] }
}

function fieldsOf({ state, status }: DescribeFacts, kind: Described, id: string): object {
  const rowIn = (rows: readonly { readonly id: string }[]) => rows.find((row) => row.id === id)
  switch (kind) {
    case 'agent': {
      const { spec } = state.agents.get(askedId(id)) ?? {}
      const attempts = [...state.attempts.values()].filter(({ agent }) => agent === id)
      return { ...rowIn(status.agents), layout: told(spec), attempts: attempts.map(attemptFields) }
    }
    case 'task': {
      const task = state.tasks.get(askedId(id))
      const attempts = (task?.attempts ?? []).flatMap((one) => state.attempts.get(one) ?? [])
      return {
        ...rowIn(status.tasks),
        needed_by: neededBy(state, id),
        layout: told(task?.spec),
        attempts: attempts.map(attemptFields),
      }
    }
    case 'gate':
      return {
        ...rowIn(status.gates),
        needed_by: neededBy(state, id),
        layout: told(state.gates.get(askedId(id))?.spec),
      }
    case 'machine': {
      const agents = status.agents.filter(({ machine }) => machine === id).map((agent) => agent.id)
      const tasks = status.tasks.filter((one) => one.machine === id && one.status === 'IN_PROGRESS')
      const layout = told(state.machines.get(askedId(id))?.spec)
      return { ...rowIn(status.machines), agent_ids: agents, at_work: tasks.map((task) => task.id), layout }
    }
    case 'role':
      return {
        agents: status.agents
          .filter(({ role }) => role === id)
          .map((row) => ({ id: row.id, state: row.state, task: row.task })),
        tasks: status.tasks
          .filter(({ role }) => role === id)
          .map((row) => ({ id: row.id, status: row.status, agent: row.agent })),
      }
  }
}

function neededBy(state: RunState, id: string): readonly string[] {
  return [...dependentsOf(indexOf(state).graph, id)]
}

/** Of an environment it shows only the names: a value may be a secret. */
function told(spec: AgentSpec | TaskSpec | GateSpec | Machine | undefined): object | null {
  if (spec === undefined) return null
  if (!('env' in spec)) return spec
  return { ...spec, env: Object.keys(spec.env) }
}

function attemptFields(attempt: AttemptRecord): object {
  const {
    id,
    number,
    agent,
    machine,
    phase,
    status,
    reason,
    text,
    startedAt,
    endedAt,
    proof,
    outputs,
    checks,
  } = attempt
  return {
    id,
    number,
    agent,
    machine,
    status: status ?? phase,
    started_at: isoTime(startedAt),
    ended_at: isoTime(endedAt),
    proof: proof?.kind ?? null,
    text,
    reason,
    outputs,
    checks: checks.map(({ command, ok }) => ({ command, ok })),
  }
}
