import type { ZodType } from 'zod'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import { checkedIdOrNull, askedId, checkedId, parseTaskId, type TaskId } from '../../core/ids.js'
import type { Principal } from '../../core/principal.js'
import type { TaskSpec } from '../../core/layout/model.js'
import { PLAIN_TASK } from '../../core/layout/plain-task.js'
import type { SubmitRequest } from '../../core/protocol/api.js'
import { phaseNamed } from '../../core/phases/phase-named.js'
import type { RunState } from '../../core/run/state.js'
import type { Daemon } from '../daemon.js'
import { idField, textField } from './fields.js'
import { request } from './request.js'

export const submit = request({
  method: 'POST',
  path: '/v1/tasks',
  permission: 'tasks:write',
  body: (zod): ZodType<SubmitRequest> =>
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
    }),
  status: 201,
  handle: (daemon, { body, by }) => {
    const target = body.agent === undefined ? null : ({ kind: 'agent', id: body.agent } as const)
    daemon.parts.access.demand(by, 'tasks:write', target, 'POST /v1/tasks')
    return { task: addTask(daemon, body, by) }
  },
})

function addTask({ loop, clock }: Daemon, asked: SubmitRequest, by: Principal): string {
  const { state } = loop
  if (state.layout === null)
    throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: fix('layout.give') })
  const id = asked.id === undefined ? freeId(state) : parseTaskId(asked.id)
  if (id === undefined) throw new OrchestraError(`${asked.id}: not an id`, { kind: 'usage' })
  if (state.tasks.has(id)) throw new OrchestraError(`there is a task ${id} already`, { kind: 'refused' })
  if (phaseNamed(state, id) !== undefined)
    throw new OrchestraError(`there is a phase ${id} already`, { kind: 'refused' })
  for (const need of asked.needs ?? []) {
    const isKnown = state.tasks.has(askedId(need)) || state.gates.has(askedId(need))
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
  loop.dispatch({ type: 'task.submitted', at: clock.now(), task: specOf(id, asked), by })
  return id
}

function freeId(state: RunState): TaskId {
  for (let n = state.tasks.size + 1; ; n++) {
    const id = checkedId<TaskId>(`Task-${n}`)
    if (!state.tasks.has(id)) return id
  }
}

function specOf(id: TaskId, request: SubmitRequest): TaskSpec {
  const { title, prompt, agent, role, needs, priority, estimateMs } = request
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
  }
}
