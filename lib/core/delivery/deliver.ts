/**
 * One prompt into one pane, as a pure state machine: the daemon answers its outputs with inputs until a receipt comes.
 * It types into an empty composer only, presses Enter once, once more only while its own text provably still stands
 * there, and never C-c, Esc or an Enter into something that it has not read.
 */
import { assertNever } from '../assert-never.js'
import type { Millis } from '../time.js'
import { isAtRest } from '../words.js'
import { addedText } from './added-text.js'
import { echoes, isVisible, ownShare, submittedShare, type Composer } from './composer.js'
import type {
  Delivery,
  DeliveryInput,
  DeliveryOutput,
  DeliveryRequest,
  DeliveryStep,
  Look,
  Phase,
} from './delivery.js'
import { fitsScreen, utf8Length } from './plan-delivery.js'
import { enterDelay } from './profile.js'

const POLL_MS = 250
/** What is awaited at first comes within milliseconds: the echo of a paste, the composer after an answer. */
const EAGER_POLL_MS = 30
const EAGER_FOR_MS = 600
const MAX_ENTERS = 2
const NOT_TAKEN = { takenSince: null, emptySince: null }
/** A person's keys are on the screen by then. */
const TYPING_MS = 400
const APPEAR_MS = 3000
/** A program that hangs takes what was typed once it goes on. Until then nothing is known, and nothing else is typed. */
const HANGS_MS = 30_000
const VANISHED_MS = 1500
const ASKS = 'it asks something: answer that first'
/** One picture may be of a frame that is half drawn, and show our text nowhere: another one, so much later, must agree. */
const TAKEN_MS = 100

export function startDelivery(request: DeliveryRequest): DeliveryStep {
  const { profile, text, now } = request
  const delivery: Delivery = {
    profile,
    text,
    lastPrompt: request.lastPrompt ?? null,
    whileWorking: (request.whileWorking ?? false) && profile.whileWorking === 'queues',
    afterLimit: request.afterLimit ?? false,
    pasted: request.pasted ?? request.entered ?? false,
    entered: request.entered ?? false,
    mustFit: request.mustFit ?? false,
    typedAt: null,
    askedAt: now,
    readyBy: now + request.readyTimeoutMs,
    transcriptBefore: '',
    phase: {
      name: 'ready',
      since: request.readySince ?? null,
      why: 'it is not ready',
      cleared: 0,
      missingSince: null,
    },
  }
  if (profile.confirm === 'none')
    return isTyped(delivery) ? write(delivery) : { delivery, outputs: [{ type: 'look' }] }
  if (!isVisible(text)) return end(delivery, 'refused', 'nothing of it could be seen in a composer')
  if (!delivery.entered) return { delivery, outputs: [{ type: 'look' }] }
  const giveUpAt = now + Math.min(profile.confirmMs, APPEAR_MS)
  const phase: Phase = { name: 'confirming', enters: MAX_ENTERS, enterAt: now, giveUpAt, ...NOT_TAKEN }
  return { delivery: { ...delivery, phase }, outputs: [{ type: 'look' }] }
}

export function stepDelivery(delivery: Delivery, input: DeliveryInput): DeliveryStep {
  const { phase } = delivery
  if (phase.name === 'ended') return { delivery, outputs: [] }
  if (input.type === 'failed') {
    const sent = phase.name === 'confirming' || delivery.pasted
    return end(delivery, sent ? 'unconfirmed' : 'refused', input.reason)
  }
  if (input.type === 'accepted') return accepted(delivery, input.text)
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

/** The best witness there is: it also knows of a person who pressed Enter on what we had typed. */
function accepted(delivery: Delivery, submitted: string): DeliveryStep {
  const share = isTyped(delivery) ? submittedShare(submitted, delivery.text) : 'other'
  if (share === 'ours') return end(delivery, 'delivered', null)
  if (share === 'mixed') return end(delivery, 'unconfirmed', 'it was sent together with other text')
  return { delivery, outputs: [{ type: 'look' }] }
}

function isTyped({ phase, pasted }: Delivery): boolean {
  return pasted || phase.name === 'settling' || phase.name === 'confirming'
}

function whenReady(delivery: Delivery, phase: Phase & { name: 'ready' }, look: Look): DeliveryStep {
  const { profile, text, lastPrompt } = delivery
  if (profile.confirm === 'none') return whenAnswered(delivery, look)
  const typable = canType(delivery, look) && !isTyping(look)
  // Typed before a restart of the daemon, or by an earlier try of the same prompt: it needs only its Enter.
  if (typable && (delivery.pasted || lastPrompt === text) && ownShare(look.composer, text) === 'whole')
    return settle(delivery, look.at)
  if (delivery.pasted) return whenMissing(delivery, phase, look)
  const why = obstacle(delivery, look)
  if (why === null) {
    const since = phase.since ?? look.at
    if (look.at - since >= profile.readyMs)
      return isTooTall(delivery, look) ? tooTall(delivery) : paste(delivery)
    return later({ ...delivery, phase: { ...phase, since } }, Math.max(since + profile.readyMs, look.at + 1))
  }
  if (look.at >= delivery.readyBy) return end(delivery, 'refused', why)
  if (typable && lastPrompt !== null && canClear(delivery, phase, look.composer)) {
    const next = { ...delivery, phase: { ...phase, since: null, why, cleared: phase.cleared + 1 } }
    const keys: DeliveryOutput = {
      type: 'keys',
      keys: profile.clear ?? [],
      why: 'an earlier prompt of ours stands in the composer',
    }
    return { delivery: next, outputs: [keys, { type: 'wait', until: look.at + POLL_MS }] }
  }
  const poll = pollMs(look.at - delivery.askedAt)
  return later({ ...delivery, phase: { ...phase, since: null, why } }, look.at + poll)
}

/** What is typed into a program without a composer would answer what it asks. */
function whenAnswered(delivery: Delivery, look: Look): DeliveryStep {
  if (look.state !== 'waiting') return write(delivery)
  if (look.at >= delivery.readyBy) return end(delivery, 'refused', ASKS)
  return later(delivery, look.at + pollMs(look.at - delivery.askedAt))
}

/** Pasted before a restart, and not to be seen: somebody may have sent it, so it is not typed again. */
function whenMissing(delivery: Delivery, phase: Phase & { name: 'ready' }, look: Look): DeliveryStep {
  // A part of it is no more ours: somebody has begun to take it away, or to make it theirs.
  const gone = canType(delivery, look) && ownShare(look.composer, delivery.text) !== 'whole'
  const missingSince = gone ? (phase.missingSince ?? look.at) : null
  const why =
    look.state === 'exited'
      ? 'it exited after the text was typed'
      : 'it was typed, then the daemon or the link was lost, and now it is not in the composer, or not whole'
  // Not a letter of it: the program may hang, and show it when it goes on.
  const hangs = look.composer.kind === 'empty'
  const isSure = missingSince !== null && look.at - missingSince >= (hangs ? HANGS_MS : APPEAR_MS)
  const isLate = look.at >= delivery.readyBy && !(hangs && missingSince !== null)
  if (isSure || isLate || look.state === 'exited') return end(delivery, 'unconfirmed', why)
  return later({ ...delivery, phase: { ...phase, missingSince } }, look.at + POLL_MS)
}

/** What stands there is our last prompt, or what our keys have left of it. */
function canClear(delivery: Delivery, phase: Phase & { name: 'ready' }, composer: Composer): boolean {
  const { profile, lastPrompt } = delivery
  if (profile.clear === null || lastPrompt === null) return false
  const share = ownShare(composer, lastPrompt)
  // Each key takes a line.
  const tries = 3 + Math.ceil(lastPrompt.split('\n').length / Math.max(1, profile.clear.length))
  return phase.cleared < tries && (share === 'whole' || (share === 'part' && phase.cleared > 0))
}

function isTyping({ at, typedAt }: Look): boolean {
  return typedAt != null && at - typedAt < TYPING_MS
}

function pollMs(waitedMs: Millis): Millis {
  return waitedMs < EAGER_FOR_MS ? EAGER_POLL_MS : POLL_MS
}

function canType(delivery: Delivery, { state }: Look): boolean {
  if (state === 'limited') return delivery.afterLimit
  return isAtRest(state) || state === 'error' || (state === 'working' && delivery.whileWorking)
}

/** Why the text cannot be typed now; null: it can. */
function obstacle(delivery: Delivery, look: Look): string | null {
  if (look.state === 'waiting') return ASKS
  if (look.state === 'exited') return 'it has exited'
  if (look.state === 'limited' && !delivery.afterLimit) return 'it has reached its limit'
  if (look.state === 'working' && !delivery.whileWorking) return 'it is working'
  if (look.state === 'starting' || look.state === 'unknown') return 'it is not ready'
  if (look.composer.kind === 'absent') return 'its composer is not on the screen'
  if (look.composer.kind === 'text') return 'somebody else’s text stands in its composer'
  if (isTyping(look)) return 'somebody is typing there'
  return null
}

/** By the very look on which it would be typed: a screen may have become smaller since the prompt was planned. */
function isTooTall({ mustFit, text }: Delivery, { screen }: Look): boolean {
  return mustFit && screen !== undefined && !fitsScreen(text, screen)
}

function tooTall(delivery: Delivery): DeliveryStep {
  return { delivery: { ...delivery, phase: { name: 'ended' } }, outputs: [{ type: 'too-tall' }] }
}

function paste(delivery: Delivery): DeliveryStep {
  const { profile, text } = delivery
  return {
    delivery: { ...delivery, phase: { name: 'pasting' } },
    outputs: [{ type: 'paste', text, bracketed: profile.bracketed, submit: null }],
  }
}

/** A terminal without a composer: text and Enter in one step, or another's text would be glued to it. */
function write(delivery: Delivery): DeliveryStep {
  const { profile, text, pasted, entered } = delivery
  const { submit, bracketed } = profile
  if (entered) return end(delivery, 'delivered', 'written to its terminal')
  const output: DeliveryOutput = pasted
    ? { type: 'keys', keys: [submit], why: 'submit' }
    : { type: 'paste', text, bracketed, submit }
  return {
    delivery: { ...delivery, phase: { name: 'ended' } },
    outputs: [output, { type: 'receipt', receipt: 'delivered', reason: 'written to its terminal' }],
  }
}

function settle(delivery: Delivery, at: Millis): DeliveryStep {
  const { profile, text } = delivery
  const until = at + enterDelay(profile, utf8Length(text))
  const next: Delivery = {
    ...delivery,
    typedAt: at,
    phase: { name: 'settling', until, giveUpAt: until + APPEAR_MS, asked: false },
  }
  return until <= at ? { delivery: next, outputs: [{ type: 'look' }] } : later(next, until)
}

function settling(
  delivery: Delivery,
  phase: Phase & { name: 'settling' },
  input: DeliveryInput,
): DeliveryStep {
  if (input.at < phase.until) return later(delivery, phase.until)
  if (input.type !== 'look') return { delivery, outputs: [{ type: 'look' }] }
  const share = ownShare(input.composer, delivery.text)
  if (share === 'whole' && canType(delivery, input) && !isTyping(input))
    return enter({ ...delivery, transcriptBefore: input.transcript }, input.at, 0, 'submit')
  if (share === 'none' && input.composer.kind === 'text') {
    // Somebody types at the same moment: an Enter would send a mixture.
    return giveUp(delivery, 'its composer holds more than our text; nothing was sent')
  }
  const asked = phase.asked || input.state === 'waiting'
  const hangs = share === 'none' && !asked && input.state !== 'exited'
  const giveUpAt = hangs ? phase.until + HANGS_MS : phase.giveUpAt
  const next: Delivery = asked === phase.asked ? delivery : { ...delivery, phase: { ...phase, asked } }
  if (input.at < giveUpAt) return later(next, input.at + pollMs(input.at - phase.until))
  if (hangs) return end(delivery, 'unconfirmed', 'the text did not show in its composer, and may still come')
  if (asked) return giveUp(delivery, 'a question opened while the text was typed')
  if (share === 'whole') return giveUp(delivery, 'it began to work, or somebody typed, before it was sent')
  return giveUp(delivery, 'the text did not arrive whole in its composer; nothing was sent')
}

/** No Enter of ours; of a text that was typed long ago nobody knows what became of it. */
function giveUp(delivery: Delivery, reason: string): DeliveryStep {
  return end(delivery, delivery.pasted ? 'unconfirmed' : 'refused', reason)
}

function enter(delivery: Delivery, at: Millis, enters: number, why: string): DeliveryStep {
  const giveUpAt = at + delivery.profile.confirmMs
  const phase: Phase = { name: 'confirming', enters: enters + 1, enterAt: at, giveUpAt, ...NOT_TAKEN }
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
  if (input.type !== 'look') return { delivery, outputs: [{ type: 'look' }] }
  const { profile, text } = delivery
  const { at, state, composer, transcript } = input
  if (state === 'exited') return end(delivery, 'unconfirmed', 'it exited after Enter')
  // What they have typed may not be on the screen, and what is not there any more they may have taken away: also by keys of before
  // our Enter, which a program that was busy read after we had looked.
  const othersTypedSince = (since: Millis) => input.typedAt != null && input.typedAt >= since
  const othersTyped = othersTypedSince(delivery.typedAt ?? phase.enterAt)
  const share = ownShare(composer, text)
  if (share === 'whole') {
    const swallowed =
      at - phase.enterAt >= profile.swallowedMs &&
      state !== 'working' &&
      state !== 'waiting' &&
      !othersTypedSince(phase.enterAt)
    if (swallowed && phase.enters < MAX_ENTERS)
      return enter(delivery, at, phase.enters, 'the first Enter was swallowed')
    if (at >= phase.giveUpAt) return end(delivery, 'unconfirmed', 'its text still stands in the composer')
    return later({ ...delivery, phase: { ...phase, ...NOT_TAKEN } }, at + POLL_MS)
  }
  if (delivery.entered) {
    // Only its hook can tell: what it works on may be another's, and what it shows an earlier prompt that began alike.
    if (at < phase.giveUpAt) return later(delivery, at + POLL_MS)
    return end(delivery, 'unconfirmed', 'it was sent, and then the daemon or the link was lost')
  }
  const began = state === 'working' || (state === 'limited' && !delivery.afterLimit)
  const added = addedText(delivery.transcriptBefore, transcript)
  const isEchoed = echoes(added.text, text) > (added.follows ? 0 : echoes(delivery.transcriptBefore, text))
  // What began by the last picture may have ended by this one; a part of ours that stands there was not taken.
  const seemsTaken = isEchoed || ((began || phase.takenSince !== null) && !othersTyped)
  const takenSince = seemsTaken && share === 'none' ? (phase.takenSince ?? at) : null
  if (takenSince !== null) {
    if (at - takenSince >= TAKEN_MS) return end(delivery, 'delivered', null)
    return later({ ...delivery, phase: { ...phase, takenSince } }, takenSince + TAKEN_MS)
  }
  const next = { ...delivery, phase: { ...phase, takenSince } }
  if (composer.kind === 'empty' && added.text !== '' && !othersTyped) {
    const emptySince = phase.emptySince ?? at
    // It answered faster than we looked, or it redraws: two looks tell.
    if (at - emptySince >= VANISHED_MS) return end(delivery, 'delivered', null)
    if (at < phase.giveUpAt) return later({ ...next, phase: { ...next.phase, emptySince } }, at + POLL_MS)
  }
  if (at >= phase.giveUpAt) {
    if (state === 'waiting') return end(delivery, 'unconfirmed', 'a question opened before it took the text')
    if (othersTyped)
      return end(delivery, 'unconfirmed', 'somebody typed there, too: what its screen shows may be theirs')
    return end(delivery, 'unconfirmed', 'nothing on its screen shows that it took the text')
  }
  return later(next, at + POLL_MS)
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
