import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import { isoTime } from '../../core/iso-time.js'
import { askedId, type TaskId } from '../../core/ids.js'
import { workOf } from '../../core/merges/branches.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import type { Principal } from '../../core/principal.js'
import type { Daemon } from '../daemon.js'
import { idField } from './fields.js'
import { request } from './request.js'

/** Asks for branches to be landed, or says what would land. */
export const merge = request({
  method: 'POST',
  path: '/v1/merge',
  permission: 'run:write',
  body: (zod): ZodType<{ tasks: readonly string[]; preview: boolean }> =>
    zod.strictObject({
      tasks: zod.array(idField(zod)).max(1000).default([]),
      preview: zod.boolean().default(false),
    }),
  handle: async (daemon, { body, by }) => {
    const { loop, clock, parts } = daemon
    const merges = queuesFor(daemon, body.tasks)
    if (body.preview)
      return {
        previews: await Promise.all(merges.map(({ spec, tasks }) => parts.merges.preview(spec, tasks))),
      }
    refuseAgents(by)
    const at = clock.now()
    for (const { spec, tasks } of merges)
      loop.dispatch({ type: 'merge.requested', at, merge: spec.id, tasks, by })
    return { at: isoTime(at), merges: merges.map(({ spec, tasks }) => ({ merge: spec.id, tasks })) }
  },
})

function queuesFor(
  { loop }: Daemon,
  asked: readonly string[],
): { readonly spec: MergeSpec; readonly tasks: readonly TaskId[] }[] {
  const { state } = loop
  const specs = state.layout?.merges ?? []
  if (specs.length === 0)
    throw new OrchestraError('the layout has no `merges:`', {
      kind: 'refused',
      hint: 'docs/merging.md shows how to write one.',
    })
  if (asked.length === 0) return specs.map((spec) => ({ spec, tasks: [] }))
  const found = new Map<MergeSpec, TaskId[]>()
  for (const id of asked) {
    const task = state.tasks.get(askedId(id))
    if (task === undefined) throw new OrchestraError(`there is no task ${id}`, { kind: 'usage' })
    const spec = specs.find((one) => workOf(state, task, one.pool) !== null)
    if (spec === undefined || task.status !== 'COMPLETED')
      throw new OrchestraError(`${id} has no verified branch to land: it is ${task.status}`, {
        kind: 'refused',
        hint: 'A task lands when it is COMPLETED and left commits in a tree of a pool that has an entry of `merges:`.',
      })
    found.set(spec, [...(found.get(spec) ?? []), task.spec.id])
  }
  return [...found].map(([spec, tasks]) => ({ spec, tasks }))
}

/** What an agent made, a person or the queue of the layout lands; also where its entry gives it more permissions. */
function refuseAgents(by: Principal): void {
  if (by.kind === 'agent' || by.kind === 'attempt')
    throw new OrchestraError('an agent does not approve what is merged', {
      kind: 'refused',
      hint: 'Ask a person.',
    })
}
