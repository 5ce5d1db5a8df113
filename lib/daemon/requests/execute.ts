import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import type { TaskSpec } from '../../core/layout/model.js'
import type { Principal } from '../../core/principal.js'
import type { ExecuteRequest, SubmitRequest } from '../../core/protocol/api.js'
import { indexOf } from '../../core/run/index/index-run.js'
import { execution } from '../../core/run/rows/execution.js'
import { fix } from '../../core/fixes.js'
import type { Daemon } from '../daemon.js'
import { makeNonce } from '../jobs/nonce.js'
import { demandFor, newTaskSpec, taskForm } from './new-task.js'
import { request } from './request.js'
import { startRun } from './start-run.js'
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
    const id = begin(daemon, tasks, max_workers, by)
    const now = () => execution(daemon.loop.state, id)
    if (wait_ms > 0) await until(daemon, () => now()?.status !== 'running', wait_ms)
    return now()
  },
})

function begin(daemon: Daemon, asked: readonly SubmitRequest[], maxWorkers: number, by: Principal): string {
  const { loop, clock } = daemon
  const specs = specsOf(daemon, asked)
  refuseWhileNothingStarts(daemon)
  const id = `execution-${makeNonce()}`
  loop.dispatch({ type: 'execution.asked', at: clock.now(), execution: id, tasks: specs, maxWorkers, by })
  // Nothing else waits for it: see above.
  if (loop.state.phase === 'idle') startRun(daemon, by)
  return id
}

function specsOf({ loop }: Daemon, asked: readonly SubmitRequest[]): TaskSpec[] {
  const ids = new Set(asked.flatMap(({ id }) => id ?? []))
  const specs: TaskSpec[] = []
  for (const one of asked) {
    const spec = newTaskSpec(loop.state, one, ids)
    if (specs.some(({ id }) => id === spec.id))
      throw new OrchestraError(`tasks: ${spec.id} is there twice`, { kind: 'usage' })
    ids.add(spec.id)
    specs.push(spec)
  }
  return specs
}

/** Whoever may execute may not by that start what a person has not started, or go on with what a person has stopped. */
function refuseWhileNothingStarts({ loop: { state } }: Daemon): void {
  if (state.phase === 'paused')
    throw new OrchestraError('the run is paused: nothing starts', {
      kind: 'refused',
      hint: `\`${fix('run.resume')}\` goes on with it.`,
    })
  const { openTasks, openGates } = indexOf(state)
  if (state.phase === 'idle' && openTasks + openGates > 0)
    throw new OrchestraError('the run has not begun, and other tasks would begin with it', {
      kind: 'refused',
      hint: `\`${fix('run.start')}\` begins it with all of them.`,
    })
}
