import type { SlotRecord } from '../../core/trees/records.js'
import type { Saved } from './tree-git.js'
import type { TreeNeeds } from './tree-needs.js'

/** Of refs: whose work it was. */
export function savePrefix(
  { attempt, id }: Pick<SlotRecord, 'attempt' | 'id'>,
  { kernel }: Pick<TreeNeeds, 'kernel'>,
): string {
  return `${kernel.session}/${attempt ?? id}`
}

/** Each once: the same work saved again has the same ref. */
export function noteSaved(
  slot: SlotRecord,
  saved: readonly Saved[],
  reason: string,
  { kernel }: Pick<TreeNeeds, 'kernel'>,
): void {
  const { loop, clock } = kernel
  for (const { ref, oid, files } of saved) {
    if (loop.state.saved.get(ref)?.oid === oid) continue
    loop.dispatch({
      type: 'tree.saved',
      at: clock.now(),
      slot: slot.id,
      attempt: slot.attempt,
      ref,
      oid,
      files,
      reason,
    })
  }
}
