import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { askedId } from '../../core/ids.js'
import type { RetryRequest } from '../../core/protocol/api.js'
import { dependentsOf } from '../../core/run/index/dependents-of.js'
import { indexOf } from '../../core/run/index/index-run.js'
import type { RunState, TaskRecord } from '../../core/run/state.js'
import { OK, request } from './request.js'
import { taskOf } from './task-of.js'

export const retry = request({
  method: 'POST',
  path: '/v1/tasks/:id/retry',
  permission: 'tasks:write',
  about: 'task',
  body: (zod): ZodType<RetryRequest> => zod.strictObject({ with_dependents: zod.boolean().default(false) }),
  handle: (daemon, { params: { id = '' }, body: { with_dependents: isWhole }, by }) => {
    const { loop, clock } = daemon
    const task = taskOf(daemon, id)
    if (isWhole) refuseAtWork(loop.state, task)
    else refuseAlone(loop.state, task)
    const type = isWhole ? 'task.again_requested' : 'task.retry_requested'
    loop.dispatch({ type, at: clock.now(), task: task.spec.id, by })
    return OK
  },
})

function refuseAlone(state: RunState, task: TaskRecord): void {
  const { id } = task.spec
  if (!['FAILED', 'BLOCKED', 'CANCELLED'].includes(task.status)) {
    throw new OrchestraError(`${id} is ${task.status}`, {
      kind: 'refused',
      hint: `Only a task that failed, is blocked or was cancelled can be tried again.${
        task.status === 'COMPLETED' ? ` With all that needs it: \`${fix('task.again', id)}\`.` : ''
      }`,
    })
  }
  if (task.notNeeded) {
    throw new OrchestraError(`${id} is ${task.reason ?? 'not needed'}`, {
      kind: 'refused',
      hint: 'It starts by itself when something that it looks after fails.',
    })
  }
  const node = indexOf(state).graph.nodes.get(id)
  if (node !== undefined && node.broken > 0) {
    const why = task.reason === null ? '' : `: ${task.reason}`
    throw new OrchestraError(`${id} would be blocked again at once${why}`, {
      kind: 'refused',
      hint: `Try again what failed: ${id} follows by itself.`,
    })
  }
}

/** Refuses while a task of them is at work: its attempt would go on beside its next one. */
export function refuseAtWork(state: RunState, { spec: { id }, removed }: TaskRecord): void {
  if (removed) throw new OrchestraError(`${id} is not in the layout any more`, { kind: 'refused' })
  const all = [id, ...dependentsOf(indexOf(state).graph, id)]
  const busy = all.filter((one) => state.tasks.get(askedId(one))?.status === 'IN_PROGRESS')
  if (busy.length === 0) return
  throw new OrchestraError(`${busy.join(', ')} ${busy.length === 1 ? 'is' : 'are'} at work`, {
    kind: 'refused',
    hint: 'Wait for the end, or cancel it; then ask again.',
  })
}
