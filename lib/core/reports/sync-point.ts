import { attentionList } from '../run/rows/attention.js'
import type { RunState, TaskRecord } from '../run/state.js'
import { safeText } from '../text/safe-text.js'
import type { Millis } from '../time.js'
import { field, type ReportSection } from './document.js'
import { blocked, inProgress } from './daily-reports.js'
import { completedIn, named, timeOf, type Facts } from './facts.js'

const DECIDED_BY_A_PERSON = new Set([
  'gate_waiting',
  'agent_waiting',
  'task_failed',
  'task_blocked',
  'tree_escape',
  'prompt_unconfirmed',
])

/** Completed since the last sync point, each task in one of them: those of its very millisecond too that it could not name. */
function doneSinceSync({ tasks, startedAt, reporting }: RunState, now: Millis): TaskRecord[] {
  const { syncAt, syncNamed } = reporting
  const from = syncAt ?? startedAt ?? 0
  return completedIn({ tasks }, { from, to: now + 1 }).filter(
    ({ spec, endedAt }) => endedAt !== syncAt || !syncNamed.includes(spec.id),
  )
}

/** What was done since the last one, what is going on, what cannot, and what somebody has to decide. */
export function syncPoint(facts: Facts, why: string): ReportSection {
  const { state, now } = facts
  const decisions = attentionList(state, now)
    .filter(({ kind }) => DECIDED_BY_A_PERSON.has(kind))
    .map(({ id, text }) => `${id}: ${safeText(text)}`)
  return {
    heading: `Sync Point - [${timeOf(facts, now)}] - ${why}`,
    fields: [
      field('Done', doneSinceSync(state, now).map(named), 'nothing'),
      field('In Progress', inProgress(facts), 'nothing'),
      field('Blocked', blocked(facts), 'nothing'),
      field('Decisions Needed', decisions, 'none'),
    ],
  }
}
