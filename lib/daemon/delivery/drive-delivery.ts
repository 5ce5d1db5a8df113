/** Carries one delivery out on a pane: does what `core/delivery` says, tells it what comes of that, to the receipt. */
import { startDelivery, stepDelivery } from '../../core/delivery/deliver.js'
import type {
  Delivery,
  DeliveryInput,
  DeliveryOutput,
  DeliveryRequest,
  DeliveryStep,
} from '../../core/delivery/delivery.js'
import { isOfStore, isUnreachable, reasonOf, OrchestraError } from '../../core/errors.js'
import type { AgentId, PaneId } from '../../core/ids.js'
import type { Receipt } from '../../core/protocol/api.js'
import type { Millis } from '../../core/time.js'
import type { Host } from '../machines/host.js'
import type { Keyboard } from './keyboard.js'
import type { Observer } from '../observe/observer.js'

/** How a delivery ended. */
export type Settled = Pick<Receipt, 'reason'> & { readonly state: 'delivered' | 'unconfirmed' | 'refused' }

export interface DriveOptions {
  readonly agent: AgentId
  readonly host: Host
  readonly pane: PaneId
  readonly observer: Observer
  readonly keyboard: Keyboard
  readonly now: () => Millis
  /** What is left at the pane with the text, and with its Enter. */
  readonly marks: { readonly pasted: string; readonly entered: string }
  readonly isClosed: () => boolean
  readonly isStale: () => boolean
  /** Awaited before anything is typed. Rejects: nothing is. */
  readonly before: () => Promise<unknown>
  /** Told once of a text, right before it is typed. Throws: nothing is. Not null: only when it resolves may anything be. */
  readonly typing: (text: string) => Promise<void> | null
  /** A lost link, and a store that fails, reject instead of ending in a receipt. */
  readonly rejectsOnLoss: boolean
}

export const NOT_WANTED: Settled = { state: 'refused', reason: 'it is not wanted any more' }

/** Nothing was typed: the screen has no room for the text. */
export const TOO_TALL: Settled = { state: 'refused', reason: 'its screen has no room for the text' }

type Done = { readonly input: DeliveryInput | null } | { readonly settled: Settled } | 'look again'

export class DeliveryDrive {
  readonly #options: DriveOptions
  readonly #accepted: string[] = []
  #wake: (() => void) | null = null
  /** The text that was told, and is to be typed. */
  #told: string | null = null
  #typed = false
  #release: (() => void) | null = null
  /** When the look began on which the present step stands. */
  #lookedAt: Millis | null = null

  constructor(options: DriveOptions) {
    this.#options = options
  }

  /** A hook of the agent says which prompt it has taken. */
  accepted(text: string): void {
    // What it took before we typed is another's.
    if (!this.#typed) return
    this.#accepted.push(text)
    this.#wake?.()
  }

  async run(request: DeliveryRequest): Promise<Settled> {
    // Typed before the daemon was lost: the hook may still tell of it.
    this.#typed = request.pasted === true
    try {
      return await this.#run(startDelivery(request))
    } finally {
      this.#release?.()
    }
  }

  async #run(first: DeliveryStep): Promise<Settled> {
    let step = first
    let before: Delivery = first.delivery
    for (;;) {
      let input: DeliveryInput | null = null
      for (const output of step.outputs) {
        const done = await this.#carryOut(output, step.delivery)
        if (done === 'look again') {
          step = { delivery: before, outputs: [] }
          break
        }
        if ('settled' in done) return done.settled
        input = done.input ?? input
        if (input?.type === 'failed') break
      }
      if (step.delivery.phase.name === 'ended') {
        const reason = input?.type === 'failed' ? input.reason : 'its Enter was not sent'
        return { state: this.#typed ? 'unconfirmed' : 'refused', reason }
      }
      before = step.delivery
      const next = input ?? this.#heard() ?? (await this.#lookOrFail())
      if ('settled' in next) return next.settled
      if (next.type === 'look' && next.state === 'waiting') this.#free()
      step = stepDelivery(before, next)
    }
  }

  async #carryOut(output: DeliveryOutput, delivery: Delivery): Promise<Done> {
    const { isClosed, isStale, before, now } = this.#options
    if (output.type === 'receipt') return { settled: { state: output.receipt, reason: output.reason } }
    if (output.type === 'too-tall') return { settled: TOO_TALL }
    if (isClosed()) return { settled: this.#stopped() }
    try {
      if (output.type === 'paste') await before()
      if (!this.#typed && isStale()) return { settled: NOT_WANTED }
      if (output.type === 'paste' || output.type === 'keys') return await this.#type(output, delivery)
      if (output.type === 'wait') await this.#sleep(output.until - now())
      return { input: null }
    } catch (error) {
      return this.#trouble(error)
    }
  }

  async #type(output: DeliveryOutput & { type: 'paste' | 'keys' }, delivery: Delivery): Promise<Done> {
    const { agent, host, pane, keyboard, marks, typing, isClosed, isStale, now } = this.#options
    // A person was faster: what we have seen is not what stands there.
    if (this.#lookedAt !== null && (keyboard.typedAt(agent) ?? 0) > this.#lookedAt) return 'look again'
    // Keys before the paste only clear the composer.
    const clears = output.type === 'keys' && delivery.phase.name === 'ready'
    if (!clears && !this.#typed && this.#told !== delivery.text) {
      const kept = typing(delivery.text)
      this.#told = delivery.text
      if (kept !== null) {
        await kept
        // What we have seen may be old by now, and who wanted it may want it no more.
        if (this.#lookedAt !== null) return 'look again'
        if (isClosed()) return { settled: this.#stopped() }
        if (isStale()) return { settled: NOT_WANTED }
      }
    }
    const release = clears ? null : keyboard.hold(agent)
    if (this.#release === null) this.#release = release
    else release?.()
    this.#typed ||= !clears
    if (output.type === 'keys') {
      await host.keys(pane, output.keys, clears ? undefined : marks.entered)
      if (!clears) this.#free()
      return { input: null }
    }
    const { text, bracketed, submit } = output
    const mark = submit === null ? marks.pasted : marks.entered
    await host.paste(pane, text, { bracketed, mark, submit })
    return { input: { type: 'pasted', at: now() } }
  }

  #free(): void {
    this.#release?.()
    this.#release = null
  }

  async #lookOrFail(): Promise<DeliveryInput | { readonly settled: Settled }> {
    if (this.#options.isClosed()) return { settled: this.#stopped() }
    try {
      return await this.#look()
    } catch (error) {
      const done = this.#trouble(error)
      return 'settled' in done || done.input === null ? (done as { settled: Settled }) : done.input
    }
  }

  async #look(): Promise<DeliveryInput> {
    const { agent, pane, observer, keyboard, now } = this.#options
    const begunAt = now()
    const seen = await observer.lookNow(agent, pane)
    if (seen === null) return { type: 'failed', at: now(), reason: 'its pane is gone' }
    this.#lookedAt = begunAt
    const typedAt = keyboard.typedAt(agent)
    // Typed while we looked: it may not be in the picture, however long that took.
    const fresh = typedAt !== null && typedAt >= begunAt
    return { type: 'look', ...seen.look, typedAt: fresh ? seen.look.at : typedAt }
  }

  #heard(): DeliveryInput | null {
    const text = this.#accepted.shift()
    return text === undefined ? null : { type: 'accepted', at: this.#options.now(), text }
  }

  /** Ends early when a hook speaks. */
  async #sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.#accepted.length > 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }

  #stopped(): Settled {
    return { state: this.#typed ? 'unconfirmed' : 'refused', reason: 'the daemon stopped' }
  }

  #trouble(error: unknown): { readonly input: DeliveryInput } | { readonly settled: Settled } {
    const { rejectsOnLoss, now } = this.#options
    const outcome = error instanceof OrchestraError ? error.kind : null
    if (rejectsOnLoss && mayResume(error)) throw error
    const reason = reasonOf(error)
    // Without an answer it may have been typed all the same.
    if (this.#typed && outcome !== 'refused') return { settled: { state: 'unconfirmed', reason } }
    return { input: { type: 'failed', at: now(), reason } }
  }
}

/** The link was lost, or our own record of it: what was to be typed is asked for again. */
export function mayResume(error: unknown): boolean {
  return isOfStore(error) || isUnreachable(error)
}
