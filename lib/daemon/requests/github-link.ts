import type { ZodType } from 'zod'
import { idField } from './fields.js'
import { OK, request } from './request.js'

interface Asked {
  readonly task: string
  /** null: unbind it. */
  readonly number: number | null
  readonly on: string | null
}

/** Binds a task to an issue that is there, or unbinds it. */
export const githubLink = request({
  method: 'POST',
  path: '/v1/github/link',
  permission: 'tasks:write',
  body: (zod): ZodType<Asked> =>
    zod.strictObject({
      task: idField(zod),
      number: zod.int().min(1).max(2_000_000_000).nullable(),
      on: zod.string().max(64).nullable().default(null),
    }),
  handle: async ({ parts }, { body: { task, number, on }, by }) => {
    const { writing } = await parts.github.connection(on)
    if (number === null) writing.bindings.unlink(task, by)
    else await writing.bindings.link(task, number, by)
    return OK
  },
})
