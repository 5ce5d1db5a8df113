/** A task that somebody asks for by a request: the form of the body, and what is checked before it becomes a task. */
import type { ZodType } from 'zod'
import type { Zod } from '../../api/zod.js'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import {
  askedId,
  checkedId,
  checkedIdOrNull,
  parseTaskId,
  type AgentId,
  type TaskId,
} from '../../core/ids.js'
import type { TaskSpec } from '../../core/layout/model.js'
import { PLAIN_TASK } from '../../core/layout/task-spec.js'
import { ANY_AGENT } from '../../core/access/roles.js'
import { phaseNamed } from '../../core/phases/phase-named.js'
import type { Permission } from '../../core/access/permissions.js'
import type { Principal } from '../../core/principal.js'
import type { SubmitRequest } from '../../core/protocol/api.js'
import type { RunState } from '../../core/run/state.js'
import type { Daemon } from '../daemon.js'
import { idField, pathField, textField } from './fields.js'

export const taskForm = (zod: Zod): ZodType<SubmitRequest> =>
  zod.strictObject({
    title: zod.string().min(1).max(500),
    id: idField(zod).exactOptional(),
    prompt: textField(zod).exactOptional(),
    role: idField(zod).exactOptional(),
    agent: idField(zod).exactOptional(),
    needs: zod.array(idField(zod)).max(1000).exactOptional(),
    priority: zod.int().min(0).max(1_000_000).exactOptional(),
    estimateMs: zod
      .int()
      .min(1)
      .max(30 * 86_400_000)
      .exactOptional(),
    outputs: zod.array(pathField(zod)).max(1000).exactOptional(),
    verify: zod.array(zod.string().min(1).max(65_536)).max(1000).exactOptional(),
    timeoutMs: zod
      .int()
      .min(1000)
      .max(30 * 86_400_000)
      .exactOptional(),
    retry: zod.int().min(1).max(100).exactOptional(),
    cwd: pathField(zod).exactOptional(),
    machine: idField(zod).exactOptional(),
  })

/** Whoever reaches some agents alone names one of them: a task without an agent may come to any. */
export function demandFor(
  { parts }: Daemon,
  by: Principal,
  { permission, request }: { readonly permission: Permission; readonly request: string },
  { agent = ANY_AGENT, verify = [] }: SubmitRequest,
): void {
  // The daemon runs `verify` lines itself, outside of every agent.
  if (verify.length > 0) parts.access.demand(by, 'agent:execute', null, request)
  parts.access.demand(by, permission, { kind: 'agent', id: agent }, request)
}

/** @param more tasks that are asked for in the same request @throws OrchestraError: what is wrong with it */
export function newTaskSpec(
  state: RunState,
  asked: SubmitRequest,
  more: ReadonlySet<string> = new Set(),
): TaskSpec {
  if (state.layout === null)
    throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: fix('layout.give') })
  const id = asked.id === undefined ? freeId(state, more) : parseTaskId(asked.id)
  if (id === undefined) throw new OrchestraError(`${asked.id}: not an id`, { kind: 'usage' })
  if (state.tasks.has(id)) throw new OrchestraError(`there is a task ${id} already`, { kind: 'refused' })
  if (phaseNamed(state, id) !== undefined)
    throw new OrchestraError(`there is a phase ${id} already`, { kind: 'refused' })
  for (const need of asked.needs ?? []) {
    const isKnown = more.has(need) || state.tasks.has(askedId(need)) || state.gates.has(askedId(need))
    if (!isKnown && phaseNamed(state, need) === undefined) {
      throw new OrchestraError(`--needs ${need}: there is no such task, gate or phase`, {
        kind: 'usage',
        hint: `\`${fix('task.list')}\` lists them.`,
      })
    }
  }
  if (asked.agent !== undefined && !state.agents.has(askedId(asked.agent))) {
    throw new OrchestraError(`--agent ${asked.agent}: there is no such agent`, {
      kind: 'usage',
      hint: `\`${fix('agent.list')}\` lists them.`,
    })
  }
  const roles = new Set([...state.agents.values()].map((a) => a.spec.role))
  if (asked.role !== undefined && !roles.has(asked.role)) {
    throw new OrchestraError(`--role ${asked.role}: no agent has that role`, {
      kind: 'usage',
      hint: `Roles: ${[...roles].filter((r) => r !== null).join(', ') || 'none'}.`,
    })
  }
  const workers = workersOn(state, asked.machine)
  return { ...specOf(id, asked), workers }
}

/** Only the agents of that machine take the task. */
function workersOn(state: RunState, machine: string | undefined): readonly AgentId[] {
  if (machine === undefined) return PLAIN_TASK.workers
  const there = [...state.agents.values()].filter(
    ({ spec, wanted }) => spec.machine === machine && wanted !== 'removed',
  )
  if (there.length > 0) return there.map(({ spec }) => spec.id)
  throw new OrchestraError(`--machine ${machine}: no agent is at home there`, {
    kind: 'usage',
    hint: `Machines: ${[...state.machines.keys()].join(', ')}.`,
  })
}

function freeId(state: RunState, more: ReadonlySet<string>): TaskId {
  for (let n = state.tasks.size + 1; ; n++) {
    const id = checkedId<TaskId>(`Task-${n}`)
    if (!state.tasks.has(id) && !more.has(id)) return id
  }
}

function specOf(id: TaskId, request: SubmitRequest): TaskSpec {
  const { title, prompt, agent, role, needs, priority, estimateMs, retry } = request
  const { outputs, verify, timeoutMs, cwd } = request
  return {
    ...PLAIN_TASK,
    id,
    title,
    prompt: prompt ?? title,
    agent: checkedIdOrNull(agent),
    role: role ?? null,
    needs: needs ?? PLAIN_TASK.needs,
    priority: priority ?? PLAIN_TASK.priority,
    estimateMs: estimateMs ?? PLAIN_TASK.estimateMs,
    outputs: outputs ?? PLAIN_TASK.outputs,
    verify: verify ?? PLAIN_TASK.verify,
    timeoutMs: timeoutMs ?? null,
    retry: retry === undefined ? PLAIN_TASK.retry : { ...PLAIN_TASK.retry, attempts: retry },
    cwd: cwd ?? null,
  }
}
