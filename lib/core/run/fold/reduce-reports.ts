import { SCHEDULED_KINDS } from '../../reports/spec.js'
import { activeMsAt, type ReportRecord } from '../../reports/records.js'
import type { Layout } from '../../layout/model.js'
import { sameValue } from '../../same-value.js'
import type { Millis } from '../../time.js'
import type { RunEvent } from '../events.js'
import type { RunState } from '../state.js'
import type { Fold } from './fold.js'

type Made = Extract<RunEvent, { type: 'report.made' }>

export function reduceReport({ state, at }: Fold, event: Made): void {
  const { kind, subject, dueAt, late, title, text, covers } = event
  const made: ReportRecord = { kind, subject, at, dueAt, late, title, text }
  const { reporting } = state
  const others = reporting.latest.filter((one) => one.kind !== kind || one.subject !== subject)
  const next = { ...reporting, latest: [...others, made] }
  if (covers !== null) {
    state.reporting = {
      ...next,
      syncAt: covers.upTo ?? at,
      syncNamed: covers.named,
      phases: covers.phases,
      blockers: covers.blockers,
      syncedMs: activeMsAt(reporting, at),
    }
    return
  }
  const scheduled = SCHEDULED_KINDS.find((one) => one === kind)
  const last = scheduled === undefined || dueAt === null ? next.last : { ...next.last, [scheduled]: dueAt }
  state.reporting = { ...next, last }
}

/** A time that was not asked for before counts from now on: nothing is made for the past. */
export function followReportTimes(state: RunState, before: Layout | null, after: Layout, at: Millis): void {
  const last = Object.fromEntries(
    SCHEDULED_KINDS.map((kind) => {
      const time = after.reports[kind]
      const isSame =
        before !== null && sameValue(before.reports[kind], time) && before.timezone === after.timezone
      const known = state.reporting.last[kind]
      return [kind, time === null ? null : isSame && known !== null ? known : at]
    }),
  ) as RunState['reporting']['last']
  state.reporting = { ...state.reporting, last }
}

/** After each event: whether somebody works now. */
export function followActivity({ state, index, at }: Fold): void {
  const isActive = index.liveAttempts.size > 0
  const { reporting } = state
  if (isActive === (reporting.activeSince !== null)) return
  state.reporting = isActive
    ? { ...reporting, activeSince: at }
    : { ...reporting, activeMs: activeMsAt(reporting, at), activeSince: null }
}
