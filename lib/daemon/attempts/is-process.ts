import type { AttemptRecord } from '../../core/run/state.js'

/** A command task's, or a headless agent's: what ends it is a process, not an agent. What orchestra does itself has none. */
export function isProcess(attempt: AttemptRecord): boolean {
  if (attempt.told.task.act !== null) return false
  return attempt.agent === null || attempt.headless
}
