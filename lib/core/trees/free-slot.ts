/** Which slot of a pool is given out next, and how many are left. */
import { slotId, type MachineId, type SlotId } from '../ids.js'
import type { LeakRecord, SlotRecord } from './records.js'
import { slotName } from './slot-name.js'
import type { TreePoolSpec } from './spec.js'

interface Standing {
  readonly slots: ReadonlyMap<SlotId, SlotRecord>
  readonly leaks: ReadonlyMap<string, LeakRecord>
}

export interface Place {
  readonly slot: SlotId
  readonly index: number
}

/**
 * A free slot, the one used last first: what is in its caches is the newest. Else one that does not stand yet. null: all are
 * in use, or stand and cannot be given out. Nor is a place in which something stands that is not ours.
 */
export function freePlace(standing: Standing, pool: TreePoolSpec, machine: MachineId): Place | null {
  const own = slotsOf(standing, pool.id, machine)
  const taken = takenNames(standing, machine)
  const isTaken = (index: number) => taken.size > 0 && taken.has(slotName({ pool: pool.id, index }))
  const [best] = own
    .filter((slot) => isGivenOut(slot, pool) && !isTaken(slot.index))
    .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt || a.index - b.index)
  if (best !== undefined) return { slot: best.id, index: best.index }
  if (own.length >= pool.size) return null
  const used = new Set(own.map(({ index }) => index))
  for (let index = 1; index <= pool.size; index += 1)
    if (!used.has(index) && !isTaken(index)) return { slot: slotId(pool.id, machine, index), index }
  return null
}

/** How many more may be given out. */
export function freePlaces(standing: Standing, pool: TreePoolSpec, machine: MachineId): number {
  const own = slotsOf(standing, pool.id, machine)
  const taken = takenNames(standing, machine)
  const isTaken = (index: number) => taken.size > 0 && taken.has(slotName({ pool: pool.id, index }))
  const free = own.filter((slot) => isGivenOut(slot, pool) && !isTaken(slot.index)).length
  if (taken.size === 0) return free + Math.max(0, pool.size - own.length)
  const used = new Set(own.map(({ index }) => index))
  const places = Array.from({ length: pool.size }, (_, at) => at + 1)
  const open = places.filter((index) => !used.has(index) && !isTaken(index)).length
  return free + Math.min(open, Math.max(0, pool.size - own.length))
}

export function slotsOf({ slots }: Pick<Standing, 'slots'>, pool: string, machine: MachineId): SlotRecord[] {
  return [...slots.values()].filter((slot) => slot.pool === pool && slot.machine === machine)
}

/** Where a directory of nobody, or of somebody else, stands. */
function takenNames({ leaks }: Standing, machine: MachineId): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { kind, name, machine: at } of leaks.values())
    if (at === machine && (kind === 'orphan_dir' || kind === 'foreign')) names.add(name)
  return names
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
