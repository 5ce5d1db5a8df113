/**
 * All evidence about an agent → one observation. Order of trust: exit record and process; the CLI's own hooks; screen
 * and title; activity. Idle is believed only after two looks; sources that keep contradicting each other make
 * `unknown`, with both sides named. Pure: the time comes in.
 */
import type { Observation } from '../run/events.js'
import type { Millis } from '../time.js'
import type { AgentState } from '../words.js'
import { namesRateLimit } from './limit-pause.js'
import { IDLE_CONFIRM_MS, isConfirmed, type LookTrack } from './looks.js'

export interface HookEvidence {
  readonly state: AgentState
  readonly at: Millis
  readonly text: string | null
}

export interface Evidence {
  readonly now: Millis
  /** When this generation was started. */
  readonly startedAt: Millis
  readonly exit: {
    readonly code: number | null
    readonly signal: string | null
    readonly reason?: string
  } | null
  readonly process: 'alive' | 'dead' | 'unknown'
  /** false: the machine cannot be asked now. */
  readonly reachable: boolean
  readonly hook: HookEvidence | null
  readonly looks: LookTrack | null
  /** The last byte that it printed; null: none yet. */
  readonly outputAt: Millis | null
  /** `command` and `shell`: a program that is not known. Its screen tells of a question; else only activity counts. */
  readonly byActivity: boolean
  /** Work on which nothing changes for so long is doubted; null: never. */
  readonly stallMs: Millis | null
}

export interface Fused {
  readonly observation: Observation
  /** Look at the screen again then, even if nothing is printed; null: when something is printed. */
  readonly lookAgainAt: Millis | null
}

export const SILENCE_MS = 5000
/** Hook, title and screen report one change at different moments: within this time the newer one is right. */
export const SETTLE_MS = 1500
/** A hook that nothing on the screen confirms is dropped after this: hooks miss the end of turns. */
export const HOOK_TRUST_MS = 3000
/** A screen that is older than the last output by this much says nothing any more. */
export const STALE_MS = 10_000
const STARTUP_MS = 20_000

export function fuse(evidence: Evidence): Fused {
  return doubtStill(evidence, stateOf(evidence))
}

/** It stays `working`, never `idle`: a silent retry and a hung process look alike, and a person must look. */
function doubtStill({ now, looks, hook, stallMs, byActivity: active }: Evidence, fused: Fused): Fused {
  const { observation, lookAgainAt } = fused
  if (observation.state !== 'working' || looks === null || stallMs === null || active) return fused
  const stillSince = Math.max(looks.stillSince, hook?.at ?? 0)
  const at = stillSince + stallMs
  // A look that is older says nothing of the time since.
  if (now < at || looks.at < at)
    return { observation, lookAgainAt: lookAgainAt === null ? Math.max(at, now) : Math.min(lookAgainAt, at) }
  return {
    observation: {
      ...observation,
      confidence: Math.min(observation.confidence, 0.5),
      stalledSince: stillSince,
    },
    lookAgainAt,
  }
}

function stateOf(evidence: Evidence): Fused {
  if (evidence.exit !== null) return settled(observe('exited', 1, 'exit', { text: exitText(evidence.exit) }))
  if (evidence.process === 'dead')
    return settled(observe('exited', 0.9, 'process', { text: 'its process is gone' }))
  if (!evidence.reachable)
    return settled(observe('unknown', 0.2, 'process', { text: 'its machine cannot be reached' }))
  if (evidence.byActivity) return byActivity(evidence)
  return byLooks(evidence)
}

function byActivity(evidence: Evidence): Fused {
  const { now, outputAt, startedAt, looks } = evidence
  if (looks !== null && looks.verdict.rule !== null) {
    if (looks.verdict.state !== 'waiting' || isConfirmed(looks)) return byScreenAlone(evidence, looks)
    // The beginning of a line can look like a question until the rest is printed.
    return { observation: observe('working', 0.5, 'activity'), lookAgainAt: looks.since + IDLE_CONFIRM_MS }
  }
  const last = Math.max(outputAt ?? startedAt, startedAt)
  const busy = now - last < SILENCE_MS
  return {
    observation: observe(busy ? 'working' : 'quiet', 0.8, 'activity'),
    lookAgainAt: busy ? last + SILENCE_MS : null,
  }
}

function byLooks(evidence: Evidence): Fused {
  const { now, looks, hook, startedAt } = evidence
  if (looks === null) {
    if (hook !== null)
      return { observation: observe(hook.state, 0.7, 'hook', { text: hook.text }), lookAgainAt: now }
    return { observation: observe('starting', 0.5, 'process'), lookAgainAt: now }
  }
  const screen = byScreenAlone(evidence, looks)
  if (hook === null) return screen
  const said = screen.observation.state
  if (hook.state === said) {
    const confidence = Math.min(1, Math.max(screen.observation.confidence, 0.9) + 0.05)
    const text = screen.observation.text ?? hook.text
    return {
      ...screen,
      observation: {
        ...screen.observation,
        confidence,
        text,
        evidence: `hook+${screen.observation.evidence}`,
      },
    }
  }
  const byHook = observe(hook.state, 0.8, 'hook', { text: hook.text })
  const settleAt = Math.max(hook.at, startedAt) + SETTLE_MS
  // A dialog on the screen is certain whatever the hook said before it; so is what the screen shows since long. One
  // that is gone, with idle not yet seen twice, is none.
  if (said === 'waiting' && looks.verdict.state === 'waiting' && looks.at >= hook.at) return screen
  // Its question was seen after the hook told of it, and is gone: it was answered, and no hook may tell so.
  if (
    hook.state === 'waiting' &&
    looks.askedAt !== null &&
    looks.askedAt >= hook.at &&
    looks.at > looks.askedAt
  )
    return screen
  // A turn that met a rate or usage limit ends in an error for its hook; the screen knows of a limit with its end.
  if (hook.state === 'error' && namesRateLimit(hook.text) && now < settleAt) {
    if (looks.at >= hook.at && (said === 'limited' || said === 'error')) return screen
    return { observation: observe('working', 0.5, 'hook'), lookAgainAt: settleAt }
  }
  if (looks.at < hook.at || now < settleAt) return { observation: byHook, lookAgainAt: settleAt }
  if (said === 'unknown' || said === 'starting') return { observation: byHook, lookAgainAt: now + SETTLE_MS }
  if (said === 'limited' || said === 'error') return screen
  // No hook tells that a CLI tries again by itself.
  if (hook.state === 'error' && said === 'working' && looks.since > hook.at) return screen
  // The turn has just ended, and the screen begins to show it: two witnesses need no second look.
  if (hook.state === 'idle' && looks.verdict.state === 'idle' && now - hook.at < HOOK_TRUST_MS)
    return { observation: byHook, lookAgainAt: looks.since + IDLE_CONFIRM_MS }
  if (hook.state === 'working' || hook.state === 'waiting') {
    // No CLI reports every end of a turn (Esc); what the screen shows steadily for long wins.
    const steadyAt = Math.max(looks.since, hook.at) + HOOK_TRUST_MS
    if (now >= steadyAt && looks.at >= steadyAt) return screen
    return { observation: byHook, lookAgainAt: steadyAt }
  }
  return {
    observation: observe('unknown', 0.4, `hook/${screen.observation.evidence}`, {
      text: `its hook says ${hook.state}, its screen ${said}`,
      rule: screen.observation.rule,
    }),
    lookAgainAt: now + SETTLE_MS,
  }
}

function byScreenAlone({ now, startedAt, outputAt }: Evidence, looks: LookTrack): Fused {
  const { verdict } = looks
  const observation: Observation = {
    state: verdict.state,
    confidence: verdict.confidence,
    evidence: verdict.evidence,
    rule: verdict.rule,
    text: verdict.text,
    promptId: verdict.promptId,
    until: verdict.until,
    stalledSince: null,
  }
  if (outputAt !== null && outputAt - looks.at > STALE_MS) {
    const text = 'it printed since its screen was last seen'
    return { observation: observe('unknown', 0.3, 'screen', { text }), lookAgainAt: now }
  }
  if (verdict.state === 'unknown' && now - startedAt < STARTUP_MS) {
    return { observation: observe('starting', 0.5, verdict.evidence), lookAgainAt: now + IDLE_CONFIRM_MS }
  }
  if (verdict.state === 'idle' && !isConfirmed(looks)) {
    // One frame without a spinner is no end of the work: keep what was until a second look.
    const before = looks.before === null || looks.before === 'unknown' ? 'starting' : looks.before
    return {
      observation:
        before === 'idle' ? observation : observe(before, 0.5, verdict.evidence, { rule: verdict.rule }),
      lookAgainAt: looks.since + IDLE_CONFIRM_MS,
    }
  }
  const again = verdict.state === 'unknown' ? now + SETTLE_MS : verdict.until
  if (again !== null && again <= now) return { observation, lookAgainAt: null }
  return { observation, lookAgainAt: again }
}

function observe(
  state: AgentState,
  confidence: number,
  evidence: string,
  more: { readonly text?: string | null; readonly rule?: string | null } = {},
): Observation {
  return {
    state,
    confidence,
    evidence,
    rule: more.rule ?? null,
    text: more.text ?? null,
    promptId: null,
    until: null,
    stalledSince: null,
  }
}

function settled(observation: Observation): Fused {
  return { observation, lookAgainAt: null }
}

function exitText({ code, signal, reason }: NonNullable<Evidence['exit']>): string {
  if (reason !== undefined) return reason
  return signal === null ? `exit status ${code ?? 'unknown'}` : `ended by ${signal}`
}
