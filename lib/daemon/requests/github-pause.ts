import type { ZodType } from 'zod'
import { OK, request } from './request.js'

interface Asked {
  readonly paused: boolean
  readonly on: string | null
}

/** Nothing is written to GitHub until it is resumed; reading goes on. */
export const githubPause = request({
  method: 'POST',
  path: '/v1/github/pause',
  permission: 'run:write',
  body: (zod): ZodType<Asked> =>
    zod.strictObject({ paused: zod.boolean(), on: zod.string().max(64).nullable().default(null) }),
  handle: async ({ parts }, { body: { paused, on } }) => {
    for (const { writing } of await parts.github.connections(on)) writing.pause(paused)
    return OK
  },
})
