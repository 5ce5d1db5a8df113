import type { ZodType } from 'zod'
import type { UpRequest } from '../../core/protocol/api.js'
import { applyUp } from './apply-up.js'
import { consentField, pathField } from './fields.js'
import { request } from './request.js'

export const up = request({
  method: 'POST',
  path: '/v1/up',
  permission: 'run:write',
  body: (zod): ZodType<UpRequest> =>
    zod.strictObject({
      layout: pathField(zod),
      run: zod.boolean().default(false),
      cols: zod.int().min(20).max(2000).default(200),
      rows: zod.int().min(5).max(1000).default(50),
      wait: zod.boolean().default(false),
      timeoutMs: zod.int().min(0).max(86_400_000).default(60_000),
      env: zod.record(zod.string().max(4096), zod.string().max(256 * 1024)).exactOptional(),
      cwd: pathField(zod).exactOptional(),
      consent: consentField(zod).exactOptional(),
    }),
  handle: (daemon, { body: { env, ...body }, by }) =>
    // Programs are found and layouts filled in by it: a token that may run gives us no variables, and no agent does.
    applyUp(daemon, by.kind === 'person' && env !== undefined ? { ...body, env } : body, by),
})
