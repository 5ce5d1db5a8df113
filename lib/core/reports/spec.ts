/** What a layout says of reports and sync points. */
import type { Weekday } from '../time-zone.js'
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
export const NO_REPORTS: ReportTimes = { standup: null, synthesis: null, weekly: null }

export const SYNC_REASONS = ['phase', 'blocker'] as const
export type SyncReason = (typeof SYNC_REASONS)[number]

export interface SyncSpec {
  /** Of active work: time in which at least one attempt lives. */
  readonly everyMs: Millis | null
  readonly on: readonly SyncReason[]
}
export const NO_SYNC: SyncSpec = { everyMs: null, on: [] }

export const REPORT_KINDS = ['worker', 'standup', 'synthesis', 'weekly', 'phase', 'sync'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]
