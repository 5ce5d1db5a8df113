import type { ZodType } from 'zod'
import type { PlanRequest } from '../../core/protocol/api.js'
import { pathField } from './fields.js'
import { planUp } from './plan-up.js'
import { request } from './request.js'

/** What `up` would do now. Changes nothing, and needs what `up` needs: it reads a file of this machine. */
export const plan = request({
  method: 'POST',
  path: '/v1/plan',
  permission: 'run:write',
  body: (zod): ZodType<PlanRequest> =>
    zod.strictObject({ layout: pathField(zod), cwd: pathField(zod).exactOptional() }),
  handle: (daemon, { body }) => planUp(daemon, body),
})
