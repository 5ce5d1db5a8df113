/**
 * Keeps the forecast of the milestones, for whoever shows it, and writes a change of its words into the journal. It is played
 * anew after events, at most once a second and never more than a twentieth of the time; and each minute, because
 * time passes.
 */
import { forecast } from '../../core/phases/forecast.js'
import type { MilestoneForecast } from '../../core/phases/milestone-forecast.js'
import { milestoneEvents } from '../../core/phases/milestone-events.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Millis } from '../../core/time.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'

const LEAST_MS = 1000
const MINUTE_MS = 60_000
/** Of the time that it took. */
const REST_FACTOR = 20

/** What changes when work ends, or who does it; observations alone do not. */
const MATTERS =
  /^(layout|task|gate|run|attempt\.(started|verified|ended|proved)|agent\.(exited|started)|clock)/

export class Forecaster implements Part {
  readonly name = 'forecast'
  readonly facts = { milestones: () => this.milestones() }
  readonly #kernel: Pick<Kernel, 'loop' | 'clock' | 'dispatch'>
  /** Of the daemon: where the layout names none. Asked when needed, see `localZone`. */
  readonly #ownZone: () => string
  #milestones: readonly MilestoneForecast[] = []
  #playedAt: Millis | null = null
  #costMs = 0
  #isDirty = true
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(kernel: Pick<Kernel, 'loop' | 'clock' | 'dispatch'>, ownZone: () => string) {
    this.#kernel = kernel
    this.#ownZone = ownZone
  }

  get zone(): string {
    return this.#kernel.loop.state.layout?.timezone ?? this.#ownZone()
  }

  start(): void {
    this.#plan(0)
  }

  follow(event: RunEvent): void {
    if (!MATTERS.test(event.type)) return
    this.#isDirty = true
    if (this.#has) this.#plan(this.#rest())
    else this.#milestones = []
  }

  /** As of the last event that matters, or at most some seconds before it. */
  milestones(): readonly MilestoneForecast[] {
    if (this.#has && this.#isDirty && this.#rest() === 0) this.#play()
    return this.#milestones
  }

  stop(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  get #has(): boolean {
    return (this.#kernel.loop.state.layout?.milestones.length ?? 0) > 0
  }

  #rest(): Millis {
    if (this.#playedAt === null) return 0
    const rest = Math.max(LEAST_MS, this.#costMs * REST_FACTOR)
    return Math.max(0, this.#playedAt + rest - this.#kernel.clock.now())
  }

  #plan(afterMs: Millis): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), afterMs)
    this.#timer.unref()
  }

  #look(): void {
    if (this.#isClosed || !this.#has) return
    this.#play()
    for (const event of milestoneEvents(this.#kernel.loop.state, this.#milestones))
      this.#kernel.dispatch({ ...event, at: this.#kernel.clock.now() })
    this.#plan(MINUTE_MS)
  }

  #play(): void {
    const begun = performance.now()
    const now = this.#kernel.clock.now()
    this.#milestones = forecast(this.#kernel.loop.state, { now, zone: this.zone, withHelp: false }).milestones
    this.#playedAt = now
    this.#costMs = performance.now() - begun
    this.#isDirty = false
  }
}
