/** What a layout says of reports and sync points. */
import { fields, list, number, orNull, word } from '../shape.js'
import { WEEKDAYS, type Weekday } from '../time-zone.js'
import type { Millis } from '../time.js'

/** A time of day, every day or on one day of the week, in the layout's time zone. */
export interface ReportTime {
  readonly weekday: Weekday | null
  /** Of the day. */
  readonly minute: number
}

export const SCHEDULED_KINDS = ['standup', 'synthesis', 'weekly'] as const
export type ScheduledKind = (typeof SCHEDULED_KINDS)[number]

export type ReportTimes = { readonly [K in ScheduledKind]: ReportTime | null }

const reportTime = orNull(fields<ReportTime>({ weekday: orNull(word(...WEEKDAYS)), minute: number }))
export const reportsShape = fields<ReportTimes>({
  standup: reportTime,
  synthesis: reportTime,
  weekly: reportTime,
})
export const NO_REPORTS: ReportTimes = { standup: null, synthesis: null, weekly: null }

export const SYNC_REASONS = ['phase', 'blocker'] as const
export type SyncReason = (typeof SYNC_REASONS)[number]

export interface SyncSpec {
  /** Of active work: time in which at least one attempt lives. */
  readonly everyMs: Millis | null
  readonly on: readonly SyncReason[]
}

export const syncShape = fields<SyncSpec>({ everyMs: orNull(number), on: list(word(...SYNC_REASONS)) })
export const NO_SYNC: SyncSpec = { everyMs: null, on: [] }

export const REPORT_KINDS = ['worker', 'standup', 'synthesis', 'weekly', 'phase', 'sync'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]
