/** Reports that were due, as they were made then. */
import { REPORT_KINDS, type ReportKind } from '../../reports/spec.js'
import { fields, flag, list, number, orNull, since, text, word } from '../../shape.js'
import type { Millis } from '../../time.js'
import type { Forms } from './form.js'

interface Covers {
  readonly phases: readonly string[]
  readonly blockers: readonly string[]
  /** It says how things stood then; null: when it was journalled. */
  readonly upTo: Millis | null
  /** Tasks that were completed in that very millisecond: this sync point or an earlier one names them. */
  readonly named: readonly string[]
}

export interface ReportEvent {
  readonly type: 'report.made'
  readonly kind: ReportKind
  readonly subject: string | null
  /** By the schedule; null: something else asked for it. */
  readonly dueAt: Millis | null
  readonly late: boolean
  readonly title: string
  /** Markdown. */
  readonly text: string
  /** Of a sync point: what it was for. */
  readonly covers: Covers | null
}

export const REPORT_EVENTS: Forms<ReportEvent> = {
  'report.made': {
    fields: {
      kind: word(...REPORT_KINDS),
      subject: orNull(text()),
      dueAt: orNull(number),
      late: flag,
      title: text(),
      text: text(),
      covers: orNull(
        fields<Covers>({
          phases: list(text()),
          blockers: list(text()),
          upTo: since(null, orNull(number)),
          named: since([], list(text())),
        }),
      ),
    },
    line: ({ subject, title }) => [subject, title],
  },
}
