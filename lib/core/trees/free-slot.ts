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
  const { made, unmade } = openPlaces(standing, pool, machine)
  const [best] = made.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt || a.index - b.index)
  if (best !== undefined) return { slot: best.id, index: best.index }
  const [index] = unmade
  return index === undefined ? null : { slot: slotId(pool.id, machine, index), index }
}

/** How many more may be given out. */
export function freePlaces(standing: Standing, pool: TreePoolSpec, machine: MachineId): number {
  const { made, unmade } = openPlaces(standing, pool, machine)
  return made.length + unmade.length
}

/** The free slots that exist, and the indexes of those that may still be made. */
function openPlaces(
  standing: Standing,
  pool: TreePoolSpec,
  machine: MachineId,
): { readonly made: readonly SlotRecord[]; readonly unmade: readonly number[] } {
  const own = slotsOf(standing, pool.id, machine)
  const taken = takenNames(standing, machine)
  const isOpen = (index: number) => taken.size === 0 || !taken.has(slotName({ pool: pool.id, index }))
  const used = new Set(own.map(({ index }) => index))
  const unmade: number[] = []
  const most = pool.size - own.length
  for (let index = 1; index <= pool.size && unmade.length < most; index += 1)
    if (!used.has(index) && isOpen(index)) unmade.push(index)
  return { made: own.filter((slot) => isGivenOut(slot, pool) && isOpen(slot.index)), unmade }
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
