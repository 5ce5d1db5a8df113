import type { MergeStep } from '../../core/merges/merge-step.js'
import { needsResolver, resolverTask } from '../../core/merges/resolver.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import { DAEMON } from '../../core/principal.js'
import { NAME_COMMIT } from '../../git/merging.js'
import { carryAll } from '../trees/carry.js'
import type { MergeNeeds } from './merge-needs.js'
import { mergePlace } from './merge-place.js'

/** What it conflicts with is brought to the machine of its agent; then the conflict is a task like any other. */
export async function askToResolve(
  spec: MergeSpec,
  { task, resolver }: Extract<MergeStep, { kind: 'resolve' }>,
  needs: MergeNeeds,
): Promise<void> {
  const { loop, clock } = needs.kernel
  const entry = () => loop.state.merges.get(spec.id)?.entries.get(task)
  const found = entry()
  if (found?.onto == null || found.status !== 'conflicted') return
  const place = await mergePlace(spec, found.machine, needs)
  await carryAll([{ oid: found.onto, machine: spec.machine }], found.machine, place.roots, needs)
  await place.run(NAME_COMMIT, [place.root, `refs/orchestra/merge/${spec.id}/${task}`, found.onto])
  const now = entry()
  if (now?.onto !== found.onto || !needsResolver(loop.state, spec, now)) return
  const at = clock.now()
  loop.dispatch(
    { type: 'task.submitted', at, task: resolverTask(loop.state, spec, now, resolver), by: DAEMON },
    { type: 'merge.resolving', at, merge: spec.id, task, resolver },
  )
}
