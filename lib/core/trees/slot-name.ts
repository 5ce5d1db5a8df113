import type { SlotRecord } from './records.js'

/** Of its directory below the root of the repository's trees, and of its administration in the mirror. */
export function slotName({ pool, index }: Pick<SlotRecord, 'pool' | 'index'>): string {
  return `${pool}.${String(index).padStart(2, '0')}`
}
