/** `reports:` and `sync:`: what is written down when. */
import * as z from 'zod'
import { parseReportTime } from '../../core/reports/schedule.js'
import { SYNC_REASONS, type ReportTime, type ReportTimes, type SyncSpec } from '../../core/reports/spec.js'
import { keys, whole, type Docs, type Key, type Values } from './key.js'
import { duration } from './kinds.js'
import { textOf, textsOf } from './read.js'

const TIME = '([01]?\\d|2[0-3]):[0-5]\\d'
const DAY = '(Sun|Mon|Tue|Wed|Thu|Fri|Sat)'

const time = (pattern: string, error: string): Key<ReportTime | null> => ({
  schema: () => z.string().regex(new RegExp(`^${pattern}$`), { error }),
  read: (value) => parseReportTime(textOf(value) ?? '') ?? null,
})
const daily = () => time(`(${DAY} )?${TIME}`, 'is not a time: write "09:30" or "Mon 09:30"')

export const reports = keys(() => ({
  standup: daily(),
  synthesis: daily(),
  weekly: time(`${DAY} ${TIME}`, 'is not a time of the week: write "Fri 17:00"'),
}))
export const REPORT_DOCS: Docs<typeof reports> = {
  standup: '`"09:30"`: what each worker did, does, and is held up by',
  synthesis: '`"18:00"`: how all of it stands',
  weekly: '`"Fri 17:00"`: the milestones',
}

export function expandReports(read: Values<typeof reports>): ReportTimes {
  return whole<ReportTimes>()(read)
}

export const sync = keys(() => ({
  every: duration(),
  on: {
    schema: () => z.union([z.enum(SYNC_REASONS), z.array(z.enum(SYNC_REASONS))]),
    read: (value: unknown) => SYNC_REASONS.filter((reason) => textsOf(value).includes(reason)),
  },
}))
export const SYNC_DOCS: Docs<typeof sync> = {
  every: 'of active work: time in which at least one attempt lives',
  on: '`phase`: when a phase is complete; `blocker`: when a task failed or is blocked',
}

export function expandSync({ every, on }: Values<typeof sync>): SyncSpec {
  return whole<SyncSpec>()({ everyMs: every, on })
}
