import type { TaskRecord } from '../run/state.js'

/** Disabled in the layout, not in it any more, or not needed: nobody waits for it, and it makes no run incomplete. */
export function isLeftOut({ spec, origin, removed, notNeeded, status }: TaskRecord): boolean {
  return notNeeded || (spec.disabled && origin === 'layout') || (removed && status === 'CANCELLED')
}
