/** `forecast --json`, and what `graph -f gantt` is drawn from. Times are ISO 8601 in UTC, durations seconds. */
import type { TaskStatus } from '../words.js'
import type { MilestoneRow } from './status.js'

export interface ForecastDocument {
  readonly version: 1
  readonly session: string
  readonly at: string
  /** In which dates without an offset count. */
  readonly timezone: string
  /** By the median of how long tasks really took over their estimates; `slow_end` by the p90. */
  readonly end: string
  readonly slow_end: string
  /** Tasks that are left, and the sum of their estimates. */
  readonly tasks: number
  readonly work_s: number
  /** No number of workers ends sooner. */
  readonly critical_path: readonly string[]
  readonly critical_path_s: number
  readonly milestones: readonly MilestoneRow[]
  /** Role null: all roles together. */
  readonly paces: readonly {
    readonly role: string | null
    readonly samples: number
    readonly median: number
    readonly p90: number
  }[]
  readonly help: readonly HelpRow[]
  readonly phases: readonly { readonly id: string; readonly title: string | null }[]
  /** What was and what is to come, in order of time. */
  readonly schedule: readonly ScheduleRow[]
}

export interface HelpRow {
  readonly kind: 'workers' | 'drop'
  /** null: the end of everything. */
  readonly milestone: string | null
  /** workers: how many more, of which role (null: of any). */
  readonly role: string | null
  readonly count: number
  /** drop: the tasks of that tier, and below. */
  readonly tier: 'P1' | 'P2' | null
  readonly tasks: readonly string[]
  readonly earlier_s: number
  readonly end: string
  /** The milestone's date is kept by it. */
  readonly enough: boolean
}

export interface ScheduleRow {
  readonly task: string
  readonly title: string
  readonly phase: string | null
  readonly status: TaskStatus
  readonly worker: string | null
  readonly start: string
  readonly end: string
  readonly critical: boolean
}
