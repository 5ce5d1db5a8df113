import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import { OK, request } from './request.js'

interface Asked {
  readonly key: string
  readonly act: 'retry' | 'drop'
  readonly on: string | null
}

/** A row that waits or was refused: tried again, or never. */
export const githubOutboxAct = request({
  method: 'POST',
  path: '/v1/github/outbox',
  permission: 'run:write',
  body: (zod): ZodType<Asked> =>
    zod.strictObject({
      key: zod.string().min(1).max(400),
      act: zod.union([zod.literal('retry'), zod.literal('drop')]),
      on: zod.string().max(64).nullable().default(null),
    }),
  handle: async ({ parts }, { body: { key, act, on } }) => {
    const { outbox } = (await parts.github.connection(on)).writing
    if (outbox.row(key) === undefined) throw new OrchestraError(`there is no row ${key}`, { kind: 'usage' })
    if (!(act === 'retry' ? outbox.retry(key) : outbox.drop(key)))
      throw new OrchestraError(`${key} is ${outbox.row(key)?.state ?? 'gone'}`, {
        kind: 'refused',
        hint: 'What was sent is there, and what is being sent is looked for first.',
      })
    return OK
  },
})
