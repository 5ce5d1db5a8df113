import { askedId } from '../../core/ids.js'
import { isoTime } from '../../core/iso-time.js'
import type { ExecutionRow } from '../../core/protocol/api.js'
import { numberOf } from './query.js'
import { readingRequest } from './request.js'

const DEFAULT_LIMIT = 1000

/** The history of attempts, the newest last; `limit`: only so many of the newest; `task`, `agent`: only theirs. */
export const executions = readingRequest({
  method: 'GET',
  path: '/v1/executions',
  permission: 'status:read',
  handle: ({ store, loop }, { query }): readonly ExecutionRow[] => {
    const [task, agent] = [query.get('task'), query.get('agent')]
    const newest = Math.trunc(numberOf(query, 'limit', DEFAULT_LIMIT))
    const only = { ...(task === null ? {} : { task }), ...(agent === null ? {} : { agent }) }
    return store.executions({ ...only, newest }).map((one) => ({
      execution_id: one.attempt,
      execution: loop.state.tasks.get(askedId(one.task))?.execution?.id ?? null,
      task: one.task,
      agent: one.agent,
      agent_type: one.agentType,
      machine: one.machine,
      status: one.status,
      proof: one.proof,
      result: one.result,
      started_at: isoTime(one.startedAt),
      completed_at: isoTime(one.completedAt),
    }))
  },
})
