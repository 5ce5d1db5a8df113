import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import type { BlockRequest } from '../../core/protocol/api.js'
import { safeText } from '../../core/text/safe-text.js'
import { OK, request } from './request.js'
import { taskOf } from './task-of.js'

const OVER = new Set(['COMPLETED', 'FAILED', 'CANCELLED'])

/** A running attempt is ended; the task waits until somebody says `unblock`. */
export const block = request({
  method: 'POST',
  path: '/v1/tasks/:id/block',
  permission: 'tasks:write',
  about: 'task',
  body: (zod): ZodType<BlockRequest> => {
    const words = zod.string().max(2000)
    return zod.strictObject({
      text: words.min(1),
      proposal: words.nullable().default(null),
      impact: words.nullable().default(null),
      urgent: zod.boolean().default(false),
    })
  },
  handle: (daemon, { params: { id = '' }, body: { text, proposal, impact, urgent }, by }) => {
    const { loop, clock } = daemon
    const { spec, status } = taskOf(daemon, id)
    if (OVER.has(status)) {
      throw new OrchestraError(`${id} is ${status} already`, {
        kind: 'refused',
        hint: 'Only a task that is still to be done can be blocked.',
      })
    }
    const line = (words: string | null) => (words === null ? null : safeText(words).trim() || null)
    const said = line(text)
    if (said === null) throw new OrchestraError('say what blocks the task', { kind: 'usage' })
    loop.dispatch({
      type: 'task.blocked',
      at: clock.now(),
      task: spec.id,
      text: said,
      proposal: line(proposal),
      impact: line(impact),
      urgent,
      by,
    })
    return OK
  },
})
