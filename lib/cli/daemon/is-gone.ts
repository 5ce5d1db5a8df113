import { readFileSync } from 'node:fs'
import { isAlive } from '../../home/is-alive.js'

/** Also true of a process that has ended and whose parent has not looked yet: in a container that may take seconds. */
export function isGone(pid: number): boolean {
  if (!isAlive(pid)) return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in brackets, and may hold some itself.
    return /^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
  } catch {
    return false
  }
}
