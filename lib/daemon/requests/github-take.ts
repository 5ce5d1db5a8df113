import type { ZodType } from 'zod'
import { TIERS } from '../../core/phases/plan-specs.js'
import type { GithubTake } from '../../core/protocol/github.js'
import { idField } from './fields.js'
import { demandFor } from './new-task.js'
import { request } from './request.js'

const NEEDS = { permission: 'tasks:write', request: 'POST /v1/github/import' } as const
const MAX_ESTIMATE_MS = 30 * 86_400_000

/** Tasks of an import that somebody decided, into the graph; what is there already stays as it is. */
export const githubTake = request({
  method: 'POST',
  path: '/v1/github/import',
  permission: NEEDS.permission,
  body: (zod): ZodType<GithubTake> =>
    zod.strictObject({
      on: zod.string().max(64).nullable(),
      tasks: zod
        .array(
          zod.strictObject({
            id: idField(zod),
            title: zod.string().min(1).max(500),
            issue: zod.int().min(1).max(2_000_000_000).nullable(),
            needs: zod.array(idField(zod)).max(1000),
            tier: zod.union(TIERS.map((tier) => zod.literal(tier))),
            priority: zod.int().min(0).max(1_000_000).nullable(),
            estimateMs: zod.int().min(1).max(MAX_ESTIMATE_MS).nullable(),
            isDone: zod.boolean(),
            isUnknown: zod.boolean(),
          }),
        )
        .max(10_000),
    }),
  status: 201,
  handle: async (daemon, { body, by }) => {
    // Its tasks may come to any agent.
    demandFor(daemon, by, NEEDS, { title: 'import' })
    return (await import('../github/take-import.js')).takeImport(daemon, body, by)
  },
})
