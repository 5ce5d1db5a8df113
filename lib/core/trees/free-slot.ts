/** Which slot of a pool is given out next, and how many are left. */
import { slotId, type MachineId, type SlotId } from '../ids.js'
import type { SlotRecord } from './records.js'
import type { TreePoolSpec } from './spec.js'

type Slots = ReadonlyMap<SlotId, SlotRecord>

export interface Place {
  readonly slot: SlotId
  readonly index: number
}

/**
 * A free slot, the one used last first: what is in its caches is the newest. Else one that does not stand yet. null: all are
 * in use, or stand and cannot be given out.
 */
export function freePlace(slots: Slots, pool: TreePoolSpec, machine: MachineId): Place | null {
  const own = slotsOf(slots, pool.id, machine)
  const [best] = own
    .filter((slot) => isGivenOut(slot, pool))
    .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt || a.index - b.index)
  if (best !== undefined) return { slot: best.id, index: best.index }
  if (own.length >= pool.size) return null
  const taken = new Set(own.map(({ index }) => index))
  for (let index = 1; index <= pool.size; index += 1)
    if (!taken.has(index)) return { slot: slotId(pool.id, machine, index), index }
  return null
}

/** How many more may be given out. */
export function freePlaces(slots: Slots, pool: TreePoolSpec, machine: MachineId): number {
  const own = slotsOf(slots, pool.id, machine)
  const free = own.filter((slot) => isGivenOut(slot, pool)).length
  return free + Math.max(0, pool.size - own.length)
}

export function slotsOf(slots: Slots, pool: string, machine: MachineId): SlotRecord[] {
  return [...slots.values()].filter((slot) => slot.pool === pool && slot.machine === machine)
}

/** One that a smaller pool has no room for is only waited out. */
function isGivenOut(slot: SlotRecord, pool: TreePoolSpec): boolean {
  return (
    slot.state === 'free' &&
    slot.removal === null &&
    slot.index <= pool.size &&
    slot.repository === pool.repository &&
    slot.dir === pool.dir
  )
}
