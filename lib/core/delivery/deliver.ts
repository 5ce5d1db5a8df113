/**
 * One prompt into one pane, as a pure state machine: the daemon answers its outputs with inputs until a receipt comes.
 * It types into an empty composer only, presses Enter once, once more only while its own text provably still stands
 * there, and never C-c, Esc or an Enter into something that it has not read.
 */
import { assertNever } from '../assert-never.js'
import type { Millis } from '../time.js'
import type { AgentState } from '../words.js'
import { echoes, isOwnText, type Composer } from './composer.js'
import { utf8Length } from './plan-delivery.js'
import { enterDelay, type DeliveryProfile, type KeyBytes } from './profile.js'

export interface Look {
  readonly at: Millis
  readonly state: AgentState
  readonly composer: Composer
  /** The conversation above the composer, as text. */
  readonly transcript: string
}

export type DeliveryInput =
  | ({ readonly type: 'look' } & Look)
  | { readonly type: 'pasted'; readonly at: Millis }
  /** The CLI's own hook said that a prompt came in. */
  | { readonly type: 'accepted'; readonly at: Millis }
  | { readonly type: 'tick'; readonly at: Millis }
  /** Pane or link gone, paste failed. */
  | { readonly type: 'failed'; readonly at: Millis; readonly reason: string }

export type DeliveryOutput =
  /** Through a named buffer and `paste-buffer -p -r -d`; answer with `pasted` when tmux has taken it. */
  | { readonly type: 'paste'; readonly text: string; readonly bracketed: boolean }
  | { readonly type: 'keys'; readonly keys: readonly KeyBytes[]; readonly why: string }
  /** Capture now and answer with `look`. */
  | { readonly type: 'look' }
  /** Answer with `look` at that time (a `tick` is enough after a paste). */
  | { readonly type: 'wait'; readonly until: Millis }
  | {
      readonly type: 'receipt'
      readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
      readonly reason: string | null
    }

type Phase =
  | { readonly name: 'ready'; readonly since: Millis | null; readonly why: string; readonly cleared: number }
  | { readonly name: 'pasting' }
  /** Pasted; Enter not before `until`. */
  | { readonly name: 'settling'; readonly until: Millis; readonly giveUpAt: Millis }
  | {
      readonly name: 'confirming'
      readonly enters: number
      readonly enterAt: Millis
      readonly giveUpAt: Millis
      /** Since when the composer is empty and nothing else tells. */
      readonly emptySince: Millis | null
    }
  | { readonly name: 'ended' }

export interface Delivery {
  readonly profile: DeliveryProfile
  readonly text: string
  /** A prompt of ours that an interrupted CLI may have put back into its composer. */
  readonly lastPrompt: string | null
  readonly whileWorking: boolean
  /** Its limit has ended by its own words; the screen still shows it. */
  readonly afterLimit: boolean
  /** It was pasted before a restart of the daemon, and its Enter is missing. */
  readonly pasted: boolean
  readonly askedAt: Millis
  readonly readyBy: Millis
  readonly transcriptBefore: string
  readonly phase: Phase
}

export interface DeliveryStep {
  readonly delivery: Delivery
  readonly outputs: readonly DeliveryOutput[]
}

export interface DeliveryRequest {
  readonly profile: DeliveryProfile
  /** From `planDelivery`: sanitised. */
  readonly text: string
  readonly now: Millis
  /** How long to wait for an empty composer before refusing. */
  readonly readyTimeoutMs: Millis
  readonly afterLimit?: boolean
  /** Idle with an empty composer without a break since then, as the daemon has seen; saves the second look. */
  readonly readySince?: Millis | null
  readonly lastPrompt?: string | null
  /** Send although it works, where that queues the prompt. */
  readonly whileWorking?: boolean
  /** The text stands in the pane already, as far as is known: only Enter is missing. */
  readonly pasted?: boolean
}

const POLL_MS = 250
/** What is awaited at first comes within milliseconds: the echo of a paste, the composer after an answer. */
const EAGER_POLL_MS = 30
const EAGER_FOR_MS = 600
const CLEAR_TRIES = 3
const APPEAR_MS = 3000
const VANISHED_MS = 1500

export function startDelivery(request: DeliveryRequest): DeliveryStep {
  const { profile, text, now } = request
  const delivery: Delivery = {
    profile,
    text,
    lastPrompt: request.lastPrompt ?? null,
    whileWorking: (request.whileWorking ?? false) && profile.whileWorking === 'queues',
    afterLimit: request.afterLimit ?? false,
    pasted: request.pasted ?? false,
    askedAt: now,
    readyBy: now + request.readyTimeoutMs,
    transcriptBefore: '',
    phase: { name: 'ready', since: request.readySince ?? null, why: 'it is not ready', cleared: 0 },
  }
  if (profile.confirm !== 'none') return { delivery, outputs: [{ type: 'look' }] }
  return delivery.pasted ? settle(delivery, now) : paste(delivery)
}

export function stepDelivery(delivery: Delivery, input: DeliveryInput): DeliveryStep {
  const { phase } = delivery
  if (phase.name === 'ended') return { delivery, outputs: [] }
  if (input.type === 'failed') {
    const sent = phase.name === 'confirming'
    return end(delivery, sent ? 'unconfirmed' : 'refused', input.reason)
  }
  switch (phase.name) {
    case 'ready':
      return input.type === 'look'
        ? whenReady(delivery, phase, input)
        : { delivery, outputs: [{ type: 'look' }] }
    case 'pasting':
      return input.type === 'pasted' ? settle(delivery, input.at) : { delivery, outputs: [] }
    case 'settling':
      return settling(delivery, phase, input)
    case 'confirming':
      return confirming(delivery, phase, input)
    default:
      return assertNever(phase)
  }
}

function whenReady(delivery: Delivery, phase: Phase & { name: 'ready' }, look: Look): DeliveryStep {
  const { profile, text } = delivery
  // Our own text from before a restart of the daemon: it needs only its Enter.
  if (
    isOwnText(look.composer, text) &&
    look.composer.kind === 'text' &&
    (delivery.pasted || !look.composer.folded) &&
    canType(delivery, look)
  ) {
    return settle({ ...delivery, transcriptBefore: look.transcript }, look.at)
  }
  const why = obstacle(delivery, look)
  if (why === null) {
    const since = phase.since ?? look.at
    if (look.at - since >= profile.readyMs) return paste({ ...delivery, transcriptBefore: look.transcript })
    return later({ ...delivery, phase: { ...phase, since } }, Math.max(since + profile.readyMs, look.at + 1))
  }
  if (look.at >= delivery.readyBy) return end(delivery, 'refused', why)
  const restored = delivery.lastPrompt !== null && isOwnText(look.composer, delivery.lastPrompt)
  if (restored && canType(delivery, look) && profile.clear !== null && phase.cleared < CLEAR_TRIES) {
    const next = { ...delivery, phase: { ...phase, since: null, why, cleared: phase.cleared + 1 } }
    const keys: DeliveryOutput = {
      type: 'keys',
      keys: profile.clear,
      why: 'the interrupted prompt stands in the composer again',
    }
    return { delivery: next, outputs: [keys, { type: 'wait', until: look.at + POLL_MS }] }
  }
  const poll = pollMs(look.at - delivery.askedAt)
  return later({ ...delivery, phase: { ...phase, since: null, why } }, look.at + poll)
}

function pollMs(waitedMs: Millis): Millis {
  return waitedMs < EAGER_FOR_MS ? EAGER_POLL_MS : POLL_MS
}

function canType(delivery: Delivery, { state }: Look): boolean {
  if (state === 'limited') return delivery.afterLimit
  return state === 'idle' || state === 'error' || (state === 'working' && delivery.whileWorking)
}

/** Why the text cannot be typed now; null: it can. */
function obstacle(delivery: Delivery, look: Look): string | null {
  if (look.state === 'waiting') return 'it asks something: answer that first'
  if (look.state === 'exited') return 'it has exited'
  if (look.state === 'limited' && !delivery.afterLimit) return 'it has reached its limit'
  if (look.state === 'working' && !delivery.whileWorking) return 'it is working'
  if (look.state === 'starting' || look.state === 'unknown') return 'it is not ready'
  if (look.composer.kind === 'absent') return 'its composer is not on the screen'
  if (look.composer.kind === 'text') return 'somebody else’s text stands in its composer'
  return null
}

function paste(delivery: Delivery): DeliveryStep {
  const { profile, text } = delivery
  return {
    delivery: { ...delivery, phase: { name: 'pasting' } },
    outputs: [{ type: 'paste', text, bracketed: profile.bracketed }],
  }
}

function settle(delivery: Delivery, at: Millis): DeliveryStep {
  const { profile, text } = delivery
  const until = at + enterDelay(profile, utf8Length(text))
  if (profile.confirm === 'none') {
    const outputs: DeliveryOutput[] = [{ type: 'keys', keys: [profile.submit], why: 'submit' }]
    return {
      delivery: { ...delivery, phase: { name: 'ended' } },
      outputs: [...outputs, { type: 'receipt', receipt: 'delivered', reason: 'written to its terminal' }],
    }
  }
  const next: Delivery = { ...delivery, phase: { name: 'settling', until, giveUpAt: until + APPEAR_MS } }
  return until <= at ? { delivery: next, outputs: [{ type: 'look' }] } : later(next, until)
}

function settling(
  delivery: Delivery,
  phase: Phase & { name: 'settling' },
  input: DeliveryInput,
): DeliveryStep {
  if (input.at < phase.until) return later(delivery, phase.until)
  if (input.type !== 'look') return { delivery, outputs: [{ type: 'look' }] }
  if (isOwnText(input.composer, delivery.text)) return enter(delivery, input.at, 0, 'submit')
  if (input.composer.kind === 'text') {
    // Somebody types at the same moment: an Enter would send a mixture.
    return end(delivery, 'refused', 'its composer holds more than our text; nothing was sent')
  }
  if (input.at < phase.giveUpAt) return later(delivery, input.at + pollMs(input.at - phase.until))
  const dialog = input.state === 'waiting'
  return end(
    delivery,
    'refused',
    dialog
      ? 'a question opened while the text was typed; nothing was sent'
      : 'the text did not arrive in its composer; nothing was sent',
  )
}

function enter(delivery: Delivery, at: Millis, enters: number, why: string): DeliveryStep {
  const giveUpAt = at + delivery.profile.confirmMs
  const phase: Phase = { name: 'confirming', enters: enters + 1, enterAt: at, giveUpAt, emptySince: null }
  return {
    delivery: { ...delivery, phase },
    outputs: [
      { type: 'keys', keys: [delivery.profile.submit], why },
      { type: 'wait', until: at + POLL_MS },
    ],
  }
}

function confirming(
  delivery: Delivery,
  phase: Phase & { name: 'confirming' },
  input: DeliveryInput,
): DeliveryStep {
  if (input.type === 'accepted') return end(delivery, 'delivered', null)
  if (input.type !== 'look') return { delivery, outputs: [{ type: 'look' }] }
  const { profile, text } = delivery
  const { at, state, composer, transcript } = input
  if (state === 'exited') return end(delivery, 'unconfirmed', 'it exited after Enter')
  if (isOwnText(composer, text)) {
    const swallowed = at - phase.enterAt >= profile.swallowedMs && state !== 'working' && state !== 'waiting'
    if (swallowed && phase.enters < 2)
      return enter(delivery, at, phase.enters, 'the first Enter was swallowed')
    if (at >= phase.giveUpAt) return end(delivery, 'unconfirmed', 'its text still stands in the composer')
    return later({ ...delivery, phase: { ...phase, emptySince: null } }, at + POLL_MS)
  }
  const moved = transcript !== delivery.transcriptBefore
  if (state === 'working' || (state === 'limited' && !delivery.afterLimit))
    return end(delivery, 'delivered', null)
  if (echoes(transcript, text) && moved) return end(delivery, 'delivered', null)
  if (composer.kind === 'empty' && moved) {
    const emptySince = phase.emptySince ?? at
    // It answered faster than we looked, or it redraws: two looks tell.
    if (at - emptySince >= VANISHED_MS) return end(delivery, 'delivered', null)
    if (at < phase.giveUpAt) return later({ ...delivery, phase: { ...phase, emptySince } }, at + POLL_MS)
  }
  if (at >= phase.giveUpAt) {
    const why =
      state === 'waiting'
        ? 'a question opened before it took the text'
        : 'nothing on its screen shows that it took the text'
    return end(delivery, 'unconfirmed', why)
  }
  return later(delivery, at + POLL_MS)
}

function later(delivery: Delivery, until: Millis): DeliveryStep {
  return { delivery, outputs: [{ type: 'wait', until }] }
}

function end(
  delivery: Delivery,
  receipt: 'delivered' | 'unconfirmed' | 'refused',
  reason: string | null,
): DeliveryStep {
  return {
    delivery: { ...delivery, phase: { name: 'ended' } },
    outputs: [{ type: 'receipt', receipt, reason }],
  }
}
