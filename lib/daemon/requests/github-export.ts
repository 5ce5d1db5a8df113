import type { ZodType } from 'zod'
import { idField } from './fields.js'
import { request } from './request.js'

interface Asked {
  readonly tasks: readonly string[]
  readonly on: string | null
}

/** Makes issues for the tasks that are named, or for all; one that has an issue keeps it. */
export const githubExport = request({
  method: 'POST',
  path: '/v1/github/export',
  permission: 'tasks:write',
  body: (zod): ZodType<Asked> =>
    zod.strictObject({
      tasks: zod.array(idField(zod)).max(10_000).default([]),
      on: zod.string().max(64).nullable().default(null),
    }),
  handle: async ({ parts }, { body: { tasks, on } }) => {
    const { writing } = await parts.github.connection(on)
    return { tasks: writing.bindings.export(tasks), waits: writing.outbox.holdReason }
  },
})
