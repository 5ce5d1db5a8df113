import type { Principal } from '../../core/principal.js'
import { OrchestraError } from '../../core/errors.js'
import { isProcess } from '../attempts/is-process.js'
import type { Daemon } from '../daemon.js'
import { OK, request } from './request.js'
import { taskOf } from './task-of.js'

/** `left`: what could not be ended; null: nothing is left. */
export const cancel = request({
  method: 'POST',
  path: '/v1/tasks/:id/cancel',
  permission: 'tasks:delete',
  about: 'task',
  handle: (daemon, { params: { id = '' }, by }) => cancelTask(daemon, id, by),
})

export async function cancelTask(daemon: Daemon, id: string, by: Principal) {
  const { loop, clock } = daemon
  const task = taskOf(daemon, id)
  const nothing = { ...OK, left: null }
  if (task.status === 'CANCELLED') return nothing
  if (task.status === 'COMPLETED' || task.status === 'FAILED') {
    throw new OrchestraError(`${id} is ${task.status} already`, {
      kind: 'refused',
      hint: 'There is nothing to cancel.',
    })
  }
  loop.dispatch({ type: 'task.cancel_requested', at: clock.now(), task: task.spec.id, by })
  const { attempts, machines } = loop.state
  const last = task.attempts.at(-1)
  const attempt = last === undefined ? undefined : attempts.get(last)
  const state = attempt === undefined ? undefined : machines.get(attempt.machine)?.state
  if (attempt === undefined || !isProcess(attempt) || state !== 'online') return nothing
  const isOver = () => attempts.get(attempt.id)?.phase === 'ended'
  return { ...OK, left: await daemon.parts.leftBehind.after(attempt.id, isOver) }
}
