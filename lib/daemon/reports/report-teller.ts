/** Tells people of a report that was made, once; the report itself stands in the journal and in the run directory. */
import { messageOf } from '../../core/errors.js'
import type { RunEvent } from '../../core/run/events.js'
import { quietUntil } from '../../core/escalation/quiet.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { NotifySpec } from '../../core/layout/model.js'

type Tell = (notify: NotifySpec, session: string, title: string, text: string) => Promise<void>

/** Of a phone's screen. */
const FIRST_LINES = 12

export class ReportTeller implements Part {
  readonly name = 'report teller'
  readonly #kernel: Pick<Kernel, 'loop' | 'clock' | 'session' | 'log'>
  readonly #zone: string
  readonly #tell: Tell

  constructor(kernel: Pick<Kernel, 'loop' | 'clock' | 'session' | 'log'>, zone: string, tell: Tell) {
    this.#kernel = kernel
    this.#zone = zone
    this.#tell = tell
  }

  follow(event: RunEvent): void {
    if (event.type !== 'report.made') return
    const { loop, clock, session, log } = this.#kernel
    const { layout } = loop.state
    if (layout === null || (layout.notify.command.length === 0 && layout.notify.webhook === null)) return
    if (quietUntil(layout.notify.quiet, clock.now(), layout.timezone ?? this.#zone) !== null) return
    const lines = event.text.split('\n').filter((line) => line !== '' && !line.startsWith('## '))
    const text = lines.slice(0, FIRST_LINES).join('\n')
    this.#tell(layout.notify, session, event.title, text).catch((error: unknown) =>
      log.warn({ err: messageOf(error), report: event.title }, 'a report was not delivered'),
    )
  }
}
