/** Saves what a holder left, and frees or removes its tree: only what is proved to be lost nowhere. */
import { OrchestraError } from '../../core/errors.js'
import type { SlotRecord } from '../../core/trees/records.js'
import { hostOf } from '../machines/host-of.js'
import { noteSaved, savePrefix } from './note-saved.js'
import { TreeGit, type Inspection } from './tree-git.js'
import type { TreeNeeds } from './tree-needs.js'
import { placeOf, slotMark } from './tree-place.js'
import { slotName } from '../../core/trees/slot-name.js'

const AGAIN_MS = 10_000
/** A tree that must not go is asked again so seldom. */
const KEPT_MS = 30 * 60_000
const LEFT = 'left in the tree at its end'

export async function releaseSlot(slot: SlotRecord, needs: TreeNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  const git = gitOf(slot, needs)
  const { saved, busy, nested } = await git.save(slotName(slot), savePrefix(slot, needs), LEFT)
  noteSaved(slot, saved, LEFT, needs)
  const stuck =
    busy.length > 0
      ? `process ${busy[0]} works there`
      : nested.length > 0
        ? `${nested[0]} in it is a repository of its own, which no ref can hold: move it away`
        : null
  if (stuck !== null) {
    const retryAt = clock.now() + AGAIN_MS
    // Said once; asked again all the same.
    return void loop.dispatch({
      type: 'tree.stuck',
      at: clock.now(),
      slot: slot.id,
      reason: stuck,
      retryAt,
      forIgnored: false,
    })
  }
  const work = await workOf(slot, git, needs)
  loop.dispatch({
    type: 'tree.released',
    at: clock.now(),
    slot: slot.id,
    attempt: slot.attempt,
    head: work?.head ?? null,
    commits: work?.commits ?? 0,
    files: work?.files ?? 0,
  })
}

export async function removeSlot(slot: SlotRecord, needs: TreeNeeds): Promise<void> {
  const { loop, clock, store } = needs.kernel
  const git = gitOf(slot, needs)
  const prefix = `${needs.kernel.session}/${slot.id}`
  const mark = slotMark(slot, store.id)
  const { kept, forIgnored, saved } = await git.remove(
    slotName(slot),
    mark,
    prefix,
    slot.removal?.ignored === true,
  )
  noteSaved(slot, saved, 'left in the tree when it was removed', needs)
  if (kept === null) return void loop.dispatch({ type: 'tree.removed', at: clock.now(), slot: slot.id })
  const retryAt = clock.now() + KEPT_MS
  loop.dispatch({
    type: 'tree.stuck',
    at: clock.now(),
    slot: slot.id,
    reason: `not removed: ${kept}`,
    retryAt,
    forIgnored,
  })
}

/** Of an attempt that ended before it was verified: what its branch has. */
async function workOf(slot: SlotRecord, git: TreeGit, { kernel }: TreeNeeds): Promise<Inspection | null> {
  const attempt = slot.attempt === null ? undefined : kernel.loop.state.attempts.get(slot.attempt)
  const { branch = null, base = null, head = null } = attempt?.tree ?? {}
  if (branch === null || base === null || head !== null) return null
  return git.inspect(slotName(slot), { branch, base, checkout: null, commit: null })
}

function gitOf(slot: SlotRecord, needs: TreeNeeds): TreeGit {
  const host = hostOf(needs, slot.machine)
  if (!host.isReady) throw new OrchestraError(`${slot.machine} is not ready`, { kind: 'unreachable' })
  return new TreeGit(needs.shells.of(host), placeOf(slot.dir, slot.repository, needs.kernel.store.id))
}
