/**
 * Makes the reports that are due, and tells people of each, once; the report itself stands in the journal and in the run
 * directory. The code that makes them is loaded by the first one.
 */
import type { ReportEvent } from '../../core/run/events/reports.js'
import { messageOf } from '../../core/errors.js'
import { quietUntil } from '../../core/escalation/quiet.js'
import type { Action } from '../../core/run/actions.js'
import { frozenRun } from '../../core/run/index/frozen-run.js'
import { inSlices } from '../kernel/in-slices.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part, Performers } from '../kernel/part.js'
import type { Millis } from '../../core/time.js'
import type { NotifySpec } from '../../core/layout/model.js'

type Tell = (notify: NotifySpec, session: string, title: string, text: string) => Promise<void>

/** Of a phone's screen. */
const FIRST_LINES = 12

export class ReportTeller implements Part {
  readonly name = 'report teller'
  readonly #kernel: Pick<Kernel, 'loop' | 'clock' | 'session' | 'log'>
  readonly #ownZone: () => string
  readonly #tell: Tell
  /** What was due before is late: no daemon was there. */
  readonly #since: Millis
  readonly performs: Pick<Performers, 'report.make'> = { 'report.make': (action) => this.#make(action) }
  readonly follows: Followers = { 'report.made': (event) => this.#made(event) }

  constructor(kernel: Pick<Kernel, 'loop' | 'clock' | 'session' | 'log'>, ownZone: () => string, tell: Tell) {
    this.#kernel = kernel
    this.#ownZone = ownZone
    this.#tell = tell
    this.#since = kernel.clock.now()
  }

  async #make(action: Extract<Action, { type: 'report.make' }>): Promise<void> {
    const { loop, clock } = this.#kernel
    const { reportMadeSteps } = await import('../../core/reports/report-made.js')
    const state = frozenRun(loop.state)
    const zone = state.layout?.timezone ?? this.#ownZone()
    const late = action.late || (action.dueAt !== null && action.dueAt < this.#since)
    const { result } = await inSlices(reportMadeSteps(state, { ...action, late }, { now: clock.now(), zone }))
    if (result !== null) loop.dispatch({ ...result, at: clock.now() })
  }

  #made({ title, text: report }: Pick<ReportEvent, 'title' | 'text'>): void {
    const { loop, clock, session, log } = this.#kernel
    const { layout } = loop.state
    if (layout === null || (layout.notify.command.length === 0 && layout.notify.webhook === null)) return
    if (quietUntil(layout.notify.quiet, clock.now(), layout.timezone ?? this.#ownZone()) !== null) return
    this.#tell(layout.notify, session, title, firstLines(report)).catch((error: unknown) =>
      log.warn({ err: messageOf(error), report: title }, 'a report was not delivered'),
    )
  }
}

/** Below its title, which is the heading of the first section: a line says whose the next one is. */
function firstLines(report: string): string {
  const [, ...lines] = report.split('\n').filter((line) => line !== '')
  return lines
    .slice(0, FIRST_LINES)
    .map((line) => line.replace(/^## /, ''))
    .join('\n')
}
