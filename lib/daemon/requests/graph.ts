import { readingRequest } from './request.js'

export const graph = readingRequest({
  method: 'GET',
  path: '/v1/graph',
  permission: 'status:read',
  handle: ({ loop }) => {
    const { tasks, gates, layout } = loop.state
    const states: Record<string, string> = {}
    for (const [id, task] of tasks) states[id] = task.status
    for (const [id, gate] of gates) states[id] = gate.status
    return {
      // What the graph draws, and no more: a task's prompt and environment are not for everybody who may see its state.
      tasks: [...tasks.values()].map(({ spec: { id, needs, estimateMs, priority, title } }) => ({
        id,
        needs,
        estimateMs,
        priority,
        title,
      })),
      gates: [...gates.values()].map(({ spec: { id, after, title } }) => ({ id, after, title })),
      phases: layout?.phases ?? [],
      states,
    }
  },
})
