import type { TaskRecord } from '../run/state.js'

/** Disabled in the layout, or not in it any more: nobody waits for it, and it makes no run incomplete. */
export function isLeftOut({ spec, origin, removed, status }: TaskRecord): boolean {
  return (spec.disabled && origin === 'layout') || (removed && status === 'CANCELLED')
}
