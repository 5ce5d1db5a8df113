import { isoTime } from '../iso-time.js'
import type { SavedRow, SlotRow } from '../protocol/trees.js'
import { sayHolder } from '../run/events/trees.js'
import type { RunState } from '../run/state.js'

export function slotRows({ slots, attempts }: Pick<RunState, 'slots' | 'attempts'>): SlotRow[] {
  return [...slots.values()]
    .toSorted((a, b) => (a.machine === b.machine ? 0 : a.machine < b.machine ? -1 : 1) || a.index - b.index)
    .map((slot) => ({
      id: slot.id,
      pool: slot.pool,
      machine: slot.machine,
      index: slot.index,
      state: slot.state,
      holder: slot.holder === null ? null : sayHolder(slot.holder),
      task: slot.attempt === null ? null : (attempts.get(slot.attempt)?.task ?? null),
      branch: slot.branch,
      base: slot.base?.oid ?? null,
      base_at: isoTime(slot.base?.fetchedAt ?? null),
      path: slot.path,
      ports: slot.ports,
      since: isoTime(slot.since),
      reason: slot.reason,
    }))
}

export function savedRows({ saved }: Pick<RunState, 'saved'>): SavedRow[] {
  return [...saved.values()].map(({ ref, oid, machine, slot, task, files, why, at }) => ({
    ref,
    oid,
    machine,
    slot,
    task,
    files,
    why,
    at: isoTime(at),
  }))
}
