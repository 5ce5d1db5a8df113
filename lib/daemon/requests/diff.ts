import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { askedId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { AttemptRecord, RunState } from '../../core/run/state.js'
import { diffForm } from './diff-form.js'
import { request } from './request.js'

/** Of a task's last attempt in a tree, or of what an agent works on now. `form`: stat, patch or names. */
export const diff = request({
  method: 'GET',
  path: '/v1/diff/:id',
  permission: 'logs:read',
  handle: async (daemon, { params: { id = '' }, query }): Promise<{ attempt: string; text: string }> => {
    const attempt = attemptIn(daemon.loop.state, id)
    const { all, needs } = await daemon.parts.trees.work()
    const text = await all.diffWork(attempt, diffForm(query), needs)
    return { attempt: attempt.id, text: text.toString('utf8') }
  },
})

function attemptIn({ tasks, agents, attempts }: RunState, id: string): AttemptRecord {
  const task = tasks.get(askedId(id))
  const current = agents.get(askedId(id))?.attempt
  const ids = task?.attempts.toReversed() ?? (current == null ? [] : [current])
  for (const one of ids) {
    const attempt = attempts.get(one)
    if (attempt?.tree?.base != null) return attempt
  }
  if (task === undefined && !agents.has(askedId(id)))
    throw new OrchestraError(
      `there is no task or agent ${id}${didYouMean(id, [...tasks.keys(), ...agents.keys()])}`,
      {
        kind: 'usage',
        hint: `\`${fix('task.list')}\` lists the tasks.`,
      },
    )
  throw new OrchestraError(
    task === undefined ? `${id} works on nothing in a tree now` : `no attempt of ${id} had a tree`,
    { kind: 'refused' },
  )
}
