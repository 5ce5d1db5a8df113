import type { ZodType } from 'zod'
import type { EditLayoutRequest } from '../../core/protocol/edit-layout.js'
import { applyUp } from './apply-up.js'
import { consentField, idField, pathField, textField } from './fields.js'
import { request } from './request.js'
import { sendTo } from './send.js'

/** One of `add`, `remove`, `adopt`. */
export const editLayout = request({
  method: 'POST',
  path: '/v1/layout',
  permission: 'agents:send',
  body: (zod): ZodType<EditLayoutRequest> =>
    zod.strictObject({
      here: pathField(zod).nullable().default(null),
      cols: zod.int().min(20).max(2000).default(200),
      rows: zod.int().min(5).max(1000).default(50),
      consent: consentField(zod).exactOptional(),
      add: zod
        .strictObject({
          type: idField(zod),
          count: zod.int().min(1).max(100).default(1),
          name: idField(zod).nullable().default(null),
          on: zod.string().max(300).nullable().default(null),
          role: idField(zod).nullable().default(null),
          cwd: pathField(zod).nullable().default(null),
          prompt: textField(zod).nullable().default(null),
        })
        .exactOptional(),
      remove: zod.string().max(300).exactOptional(),
      adopt: zod
        .strictObject({
          type: idField(zod),
          name: idField(zod).nullable().default(null),
          on: zod.string().max(300).nullable().default(null),
          socket: zod.string().min(1).max(300),
          pane: zod.string().regex(/^%\d{1,9}$/),
          pid: zod.int().min(1).max(4_194_304),
          cwd: pathField(zod).nullable().default(null),
        })
        .exactOptional(),
    }),
  handle: async (daemon, { body, by }) =>
    (await import('./edit-layout/edit-layout.js')).editLayout(daemon, body, by, { applyUp, sendTo }),
})
