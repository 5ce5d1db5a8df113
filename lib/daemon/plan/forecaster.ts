/**
 * Keeps the forecast for whoever shows it, and writes a change of a milestone's state into the journal. It is played again
 * after events, at most once a second and never more than a twentieth of the time; and each minute, because time passes.
 *
 * The forecast is computed in slices over a copy of the run, so that nothing else waits for it, and its code is loaded by the
 * first layout with milestones and the first run.
 */
import type { Forecast } from '../../core/phases/forecast.js'
import { milestoneEvents } from '../../core/phases/milestone-events.js'
import type { MilestoneForecast } from '../../core/phases/milestone-forecast.js'
import { frozenRun } from '../../core/run/index/frozen-run.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Millis } from '../../core/time.js'
import { inSlices } from '../kernel/in-slices.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'

const LEAST_MS = 1000
const MINUTE_MS = 60_000
/** Of the time that it took. */
const REST_FACTOR = 20

/** What changes when work ends, or who does it; observations alone do not. */
const MATTERS =
  /^(layout|task|gate|run|attempt\.(started|verified|ended|proved)|agent\.(exited|started)|clock)/

type Needs = Pick<Kernel, 'loop' | 'clock' | 'dispatch' | 'changed' | 'log'>

export class Forecaster implements Part {
  readonly name = 'forecast'
  readonly facts = { milestones: () => this.#milestones(), endAt: () => this.#endAt() }
  readonly #kernel: Needs
  /** Of the daemon: where the layout names none. Asked when needed, see `localZone`. */
  readonly #ownZone: () => string
  #latest: Forecast | null = null
  #playedAt: Millis | null = null
  #costMs = 0
  #timer: NodeJS.Timeout | undefined
  #playing: Promise<void> | null = null
  /** Something that matters has happened since the last one was begun. */
  #isStale = true
  #isClosed = false

  constructor(kernel: Needs, ownZone: () => string) {
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
    this.#isStale = true
    // Of another layout it says nothing.
    if (event.type === 'layout.applied') [this.#latest, this.#playedAt] = [null, null]
    if (this.#isWanted) this.#plan(this.#rest())
    else this.#latest = null
  }

  /** Resolves when there is a forecast, where one is wanted. */
  async ready(): Promise<void> {
    if (!this.#isWanted || this.#latest !== null || this.#isClosed) return
    await (this.#playing ?? this.#look())
  }

  stop(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #milestones(): readonly MilestoneForecast[] {
    return this.#latest?.milestones ?? []
  }

  #endAt(): Millis | null {
    const { phase } = this.#kernel.loop.state
    return phase === 'running' || phase === 'paused' ? (this.#latest?.runEndAt ?? null) : null
  }

  get #isWanted(): boolean {
    const { layout, phase } = this.#kernel.loop.state
    return phase === 'running' || phase === 'paused' || (layout?.milestones.length ?? 0) > 0
  }

  #rest(): Millis {
    if (this.#playedAt === null) return 0
    const rest = Math.max(LEAST_MS, this.#costMs * REST_FACTOR)
    return Math.max(0, this.#playedAt + rest - this.#kernel.clock.now())
  }

  #plan(afterMs: Millis): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), afterMs)
    this.#timer.unref()
  }

  #look(): Promise<void> {
    if (this.#isClosed || !this.#isWanted) return Promise.resolve()
    this.#playing ??= this.#play()
      .catch((error: unknown) => this.#kernel.log.warn({ err: error }, 'the forecast failed'))
      .finally(() => (this.#playing = null))
    return this.#playing
  }

  async #play(): Promise<void> {
    const { loop, clock, dispatch } = this.#kernel
    const { forecastSteps } = await import('../../core/phases/forecast.js')
    const { layout } = loop.state
    const at = clock.now()
    this.#isStale = false
    const steps = forecastSteps(frozenRun(loop.state), { now: at, zone: this.zone, withHelp: false })
    const { result, costMs } = await inSlices(steps)
    this.#playedAt = at
    this.#costMs = costMs
    if (this.#isClosed) return
    if (loop.state.layout !== layout) return this.#plan(0)
    this.#latest = result
    for (const event of milestoneEvents(loop.state, result.milestones))
      dispatch.call(this.#kernel, { ...event, at: clock.now() })
    this.#kernel.changed()
    this.#plan(this.#isStale ? this.#rest() : MINUTE_MS)
  }
}
