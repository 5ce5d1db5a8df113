import type { Action, Timeless } from '../run/actions.js'
import type { ReportEvent } from '../run/events/reports.js'
import type { RunState } from '../run/state.js'
import type { Steps } from '../steps.js'
import type { Millis } from '../time.js'
import { renderSections } from './document.js'
import { reportSteps } from './make-report.js'
import { completedIn } from './facts.js'

/** Of a journal entry. */
const MAX_TEXT = 60_000

type Make = Extract<Action, { type: 'report.make' }>

/** The event of a report that was decided on. It says how things stand at `now`, over a state that does not change in between. */
export function* reportMadeSteps(
  state: RunState,
  { kind, why, dueAt, late, covers }: Make,
  { now, zone }: { readonly now: Millis; readonly zone: string },
): Steps<Timeless<ReportEvent> | null> {
  const report = yield* reportSteps(state, { kind, subject: null, now, zone, why })
  if (report === undefined) return null
  const title = `${report.sections[0]?.heading ?? kind}${late ? ' (late)' : ''}`
  const text = renderSections(report).slice(0, MAX_TEXT)
  const named = completedIn(state, { from: now, to: now + 1 }).map(({ spec }) => spec.id)
  const upTo = { upTo: now, named }
  const covered = covers === null ? null : { ...covers, ...upTo }
  return { type: 'report.made', kind, subject: null, dueAt, late, title, text, covers: covered }
}
