import { isPerson } from '../../core/gates/people.js'
import { givenContext, renderGiven } from '../../core/run/context.js'
import { readingRequest } from './request.js'
import { taskOf } from './task-of.js'

/** Everything that a fresh agent is given for a task; for a person also what stands on GitHub, in the order to read it. */
export const context = readingRequest({
  method: 'GET',
  path: '/v1/tasks/:id/context',
  permission: 'context:read',
  about: 'task',
  own: 'task',
  handle: async (run, { params: { id = '' }, by }) => {
    const { loop, parts } = run
    const task = taskOf(run, id).spec.id
    const data = givenContext(loop.state, task)
    const markdown = renderGiven(data)
    // What nobody released reaches no agent, by no way.
    if (!isPerson(by)) return { markdown, data }
    const [first] = await parts.github.connections()
    const machine = loop.state.issues.get(task)?.machine ?? first?.machine
    const connection = (await parts.github.connections()).find((one) => one.machine === machine)
    if (connection === undefined) return { markdown, data }
    const { cache, row, spec } = connection
    const { readingOrder } = await import('../../core/github/reading-order.js')
    const order = readingOrder(loop.state, task, {
      repository: row.repository,
      master: spec.master === 'create' ? null : spec.master,
      polledAt: row.polled_at,
      issues: cache.issues,
      commentsOf: (issue) => cache.commentsOf(issue),
    })
    return { markdown: `${markdown}\n${order}`, data }
  },
})
