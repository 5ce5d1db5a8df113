import { attentionList } from '../run/rows/attention.js'
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
  'prompt_unconfirmed',
])

/** What was done since the last one, what is going on, what cannot, and what somebody has to decide. */
export function syncPoint(facts: Facts, since: Millis, why: string): ReportSection {
  const { state, now } = facts
  // What was completed in the very millisecond of the last one is named again rather than not at all.
  const decisions = attentionList(state, now)
    .filter(({ kind }) => DECIDED_BY_A_PERSON.has(kind))
    .map(({ id, text }) => `${id}: ${safeText(text)}`)
  return {
    heading: `Sync Point - [${timeOf(facts, now)}] - ${why}`,
    fields: [
      field('Done', completedIn(state, { from: since, to: now + 1 }).map(named), 'nothing'),
      field('In Progress', inProgress(facts), 'nothing'),
      field('Blocked', blocked(facts), 'nothing'),
      field('Decisions Needed', decisions, 'none'),
    ],
  }
}
