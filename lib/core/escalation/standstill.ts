import type { Decision } from '../run/actions.js'
import { indexOf } from '../run/index/index-run.js'
import type { RunState } from '../run/state.js'
import type { Millis } from '../time.js'
import { causeText } from './cause-text.js'
import { causesNow } from './causes.js'

/** Why nothing moves in a run that has work left, for a person to read; null: something moves, or another cause says it. */
export function standstill(state: RunState, now: Millis, decided: () => Decision): string | null {
  if (state.phase !== 'running' || state.layout === null) return null
  for (const { kind, closedAt, text } of state.escalations.values())
    if (kind === 'run_stuck' && closedAt === null) return `${text.issue}; ${text.blocker}`
  const index = indexOf(state)
  // Where there is a ladder, it has found it.
  if (state.layout.escalation.length > 0 || index.openTasks === 0 || index.liveAttempts.size > 0) return null
  const { actions, wakeAt } = decided()
  const plan = { state, index, now, actions: [...actions], wakeAt, zone: () => 'UTC' }
  const found = causesNow(plan).find(({ kind }) => kind === 'run_stuck')
  if (found === undefined) return null
  const { issue, blocker } = causeText(state, found, 'UTC')
  return `${issue}; ${blocker}`
}
