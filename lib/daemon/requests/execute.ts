import type { ZodType } from 'zod'
import type { ExecuteRequest } from '../../core/protocol/api.js'
import { execution } from '../../core/run/rows/execution.js'
import { demandFor, taskForm } from './new-task.js'
import { request } from './request.js'
import { until } from './until.js'

const NEEDS = { permission: 'agent:execute', request: 'POST /v1/execute' } as const
const DEFAULT_WORKERS = 3

/** Several tasks at once, of which so many are at work at a time. All of them are taken, or none. */
export const execute = request({
  method: 'POST',
  path: '/v1/execute',
  permission: NEEDS.permission,
  body: (zod): ZodType<ExecuteRequest> =>
    zod.strictObject({
      tasks: zod.array(taskForm(zod)).min(1).max(1000),
      max_workers: zod.int().min(1).max(1000).default(DEFAULT_WORKERS),
      wait_ms: zod.int().min(0).max(86_400_000).default(0),
    }),
  status: 201,
  handle: async (daemon, { body: { tasks, max_workers, wait_ms }, by }) => {
    for (const task of tasks) demandFor(daemon, by, NEEDS, task)
    const { begin } = await import('./execute/begin-execution.js')
    const id = begin(daemon, tasks, max_workers, by)
    const now = () => execution(daemon.loop.state, id)
    if (wait_ms > 0) await until(daemon, () => now()?.status !== 'running', wait_ms)
    return now()
  },
})
