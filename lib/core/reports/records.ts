/** What the run's reports have covered, so that none is made twice and none that was due is forgotten. */
import type { Millis } from '../time.js'
import { SCHEDULED_KINDS, type ReportKind, type ScheduledKind } from './spec.js'

export interface ReportRecord {
  readonly kind: ReportKind
  readonly subject: string | null
  readonly at: Millis
  /** When it should have been made; null: not by a schedule. */
  readonly dueAt: Millis | null
  /** The daemon was away then. */
  readonly late: boolean
  readonly title: string
  readonly text: string
}

export interface ReportingRecord {
  /** Times up to here are done with, by kind; null: the layout does not ask for it. */
  readonly last: { readonly [K in ScheduledKind]: Millis | null }
  /** How far the last sync point reaches. */
  readonly syncAt: Millis | null
  /** Tasks that were completed in that very millisecond, and that were named. */
  readonly syncNamed: readonly string[]
  /** Phases that had their sync point. */
  readonly phases: readonly string[]
  /** Blockers that were there at the last sync point. */
  readonly blockers: readonly string[]
  /** Active work up to the last sync point. */
  readonly syncedMs: Millis
  /** The latest of each kind and subject. */
  readonly latest: readonly ReportRecord[]
  /** Time in which at least one attempt lived. */
  readonly activeMs: Millis
  /** null: none lives now. */
  readonly activeSince: Millis | null
}

export const NOTHING_REPORTED: ReportingRecord = {
  last: Object.fromEntries(SCHEDULED_KINDS.map((kind) => [kind, null])) as ReportingRecord['last'],
  syncAt: null,
  syncNamed: [],
  phases: [],
  blockers: [],
  syncedMs: 0,
  latest: [],
  activeMs: 0,
  activeSince: null,
}

export function activeMsAt({ activeMs, activeSince }: ReportingRecord, now: Millis): Millis {
  return activeMs + (activeSince === null ? 0 : Math.max(0, now - activeSince))
}
