/** What an attempt did in its tree, looked at before it is verified. */
import { OrchestraError } from '../../core/errors.js'
import type { AttemptWork } from '../../core/run/events/attempts.js'
import type { AttemptRecord } from '../../core/run/state.js'
import { checkoutOf } from '../../core/trees/spec.js'
import { hostOf } from '../machines/host-of.js'
import { noteSaved, savePrefix } from './note-saved.js'
import { TreeGit } from './tree-git.js'
import type { TreeNeeds } from './tree-needs.js'
import { placeOf } from './tree-place.js'
import { slotName } from '../../core/trees/slot-name.js'

export interface LookedAt {
  readonly work: AttemptWork | null
  readonly escapes: readonly string[]
}

/**
 * What an agent did not commit is committed on its branch first: what is verified then is what lands. Where it worked elsewhere
 * all of it is saved, and a person has to look.
 */
export async function lookAtWork(attempt: AttemptRecord, needs: TreeNeeds): Promise<LookedAt> {
  const { loop, clock, store } = needs.kernel
  const { tree } = attempt
  const slot = tree?.slot == null ? undefined : loop.state.slots.get(tree.slot)
  if (tree === null || slot === undefined || tree.branch === null || tree.base === null)
    return { work: null, escapes: [] }
  const host = hostOf(needs, slot.machine)
  if (!host.isReady) throw new OrchestraError(`${slot.machine} is not ready`, { kind: 'unreachable' })
  const git = new TreeGit(needs.shells.of(host), placeOf(slot.dir, slot.repository, store.id))
  const repository = loop.state.layout?.repositories.find(({ id }) => id === slot.repository)
  const isWatched = repository?.watch === true
  const { escapes, head, commits, files } = await git.inspect(slotName(slot), {
    branch: tree.branch,
    base: tree.base,
    checkout: isWatched ? (checkoutOf(repository, slot.machine) ?? null) : null,
    // A command leaves what it leaves.
    commit: attempt.agent === null ? null : `${attempt.id}: what was not committed`,
  })
  if (escapes.length > 0) {
    const { saved } = await git.save(
      slotName(slot),
      savePrefix(slot, needs),
      'an attempt that left its tree',
      true,
    )
    noteSaved(slot, saved, 'an attempt that left its tree', needs)
    loop.dispatch({
      type: 'tree.escaped',
      at: clock.now(),
      slot: slot.id,
      attempt: attempt.id,
      found: escapes,
    })
  }
  return { work: { head, commits, files }, escapes }
}
