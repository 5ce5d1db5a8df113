import type { AttemptRecord } from '../../core/run/state.js'

/** A command task's, or a headless agent's: what ends it is a process, not an agent. */
export function isProcess(attempt: AttemptRecord): boolean {
  return attempt.agent === null || attempt.headless
}
