import type { ZodType } from 'zod'
import type { Passphrase } from '../../core/protocol/api.js'
import { OK, request } from './request.js'

/** A person's answer; null: there is none. */
export const passphrase = request({
  method: 'POST',
  path: '/v1/passphrases',
  permission: 'secrets:write',
  body: (zod): ZodType<Passphrase> =>
    zod.strictObject({
      key: zod.string().min(1).max(4096),
      passphrase: zod.string().max(4096).nullable(),
    }),
  handle: (daemon, { body }) => {
    daemon.parts.passphrases.answer(body)
    return OK
  },
})
