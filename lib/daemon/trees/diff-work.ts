/** The difference that an attempt makes: verified, or as it stands in its tree now, uncommitted work included. */
import { OrchestraError } from '../../core/errors.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { SavedWork } from '../../core/trees/records.js'
import { DIFF_SAVED, DIFF_WORK } from '../../git/look.js'
import { hostOf } from '../machines/host-of.js'
import type { TreeNeeds } from './tree-needs.js'
import { placeOf } from './tree-place.js'
import { slotName } from '../../core/trees/slot-name.js'

export type DiffForm = 'stat' | 'patch' | 'names'

const LOOK_MS = 60_000
const MAX_DIFF = 64 * 1024 * 1024

export async function diffWork(attempt: AttemptRecord, form: DiffForm, needs: TreeNeeds): Promise<Buffer> {
  const { slots } = needs.kernel.loop.state
  const { tree } = attempt
  const slot = tree?.slot == null ? undefined : slots.get(tree.slot)
  if (tree === null || tree.slot === null || tree.base === null)
    throw new OrchestraError(`${attempt.id} worked in no tree`, { kind: 'refused' })
  const isThere = slot?.attempt === attempt.id && slot.state === 'ready'
  const head = isThere && attempt.phase !== 'ended' ? '' : tree.head
  if (head === null)
    throw new OrchestraError(`${attempt.id} left no commit, and its tree is used by others`, {
      kind: 'refused',
    })
  const place = slot ?? { dir: dirOf(attempt, needs), repository: tree.repository, pool: tree.pool, index: 1 }
  const root = placeOf(place.dir, place.repository, needs.kernel.store.id).root
  const args = [root, slotName(place), tree.base, head, form]
  return needs.shells
    .of(hostOf(needs, attempt.machine))
    .must(DIFF_WORK, { args, timeoutMs: LOOK_MS, maxBytes: MAX_DIFF })
}

/** What was saved, from where it left the target. */
export async function diffSaved(saved: SavedWork, form: DiffForm, needs: TreeNeeds): Promise<Buffer> {
  const { layout, slots } = needs.kernel.loop.state
  const base = layout?.repositories.find(({ id }) => id === saved.repository)?.base ?? 'main'
  const dir =
    slots.get(saved.slot)?.dir ?? layout?.trees.find(({ repository }) => repository === saved.repository)?.dir
  if (dir === undefined)
    throw new OrchestraError(`the layout has no pool of ${saved.repository}`, { kind: 'refused' })
  const { root } = placeOf(dir, saved.repository, needs.kernel.store.id)
  const args = [root, saved.ref, base, form]
  return needs.shells
    .of(hostOf(needs, saved.machine))
    .must(DIFF_SAVED, { args, timeoutMs: LOOK_MS, maxBytes: MAX_DIFF })
}

function dirOf({ tree }: AttemptRecord, { kernel }: TreeNeeds): string {
  const pool = kernel.loop.state.layout?.trees.find(({ id }) => id === tree?.pool)
  if (pool === undefined)
    throw new OrchestraError(`the layout has no pool ${tree?.pool ?? ''}`, { kind: 'refused' })
  return pool.dir
}
