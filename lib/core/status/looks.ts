/** What successive captures of one agent's screen said: since when it says the same, and what it said before. */
import type { Millis } from '../time.js'
import type { AgentState } from '../words.js'
import type { Verdict } from './match-screen.js'
import { isSameEnd, isSameText } from './steady-text.js'

export interface LookTrack {
  readonly verdict: Verdict
  readonly at: Millis
  /** The first of the unbroken row of looks that say this state (of idle: on an unchanged screen). */
  readonly since: Millis
  /** The last state that was believed before; null: none. */
  readonly before: AgentState | null
  /** Since when this state is said and nothing of the conversation has changed. */
  readonly stillSince: Millis
  /** The last look that showed a question; null: none did. */
  readonly askedAt: Millis | null
}

/** An answer that streams shows no sign of work in some CLIs: idle must stand still this long. */
export const IDLE_CONFIRM_MS = 400

export function trackLook(track: LookTrack | null, seen: Verdict, at: Millis): LookTrack {
  const askedAt = seen.state === 'waiting' ? at : (track?.askedAt ?? null)
  if (track === null) return { verdict: seen, at, since: at, before: null, stillSince: at, askedAt }
  const old = track.verdict
  const verdict = keepEnd(seen, old)
  const sameState = old.state === verdict.state && old.promptId === verdict.promptId
  const stillSince = sameState && old.conversationId === verdict.conversationId ? track.stillSince : at
  const same =
    sameState && (verdict.state !== 'idle' || old.screenId === verdict.screenId || isConfirmed(track))
  if (same) return { verdict, at, since: track.since, before: track.before, stillSince, askedAt }
  const believed =
    old.state === 'unknown' || (old.state === 'idle' && !isConfirmed(track)) ? track.before : old.state
  return { verdict, at, since: at, before: believed, stillSince, askedAt }
}

/**
 * A limit that stands there as before ends when it was first said to end: read again an hour later, `in 2h` and `10:37`
 * would mean another moment.
 */
export function keepEnd(seen: Verdict, before: Pick<Verdict, 'state' | 'text' | 'until'> | null): Verdict {
  if (seen.state !== 'limited' || before?.state !== 'limited' || before.until === null) return seen
  const counts = isSameText(before.text, seen.text) && isSameEnd(before.until, seen.until)
  return before.text === seen.text || counts ? { ...seen, until: before.until } : seen
}

/** Has this state been seen at two looks that are far enough apart? */
export function isConfirmed(track: LookTrack): boolean {
  return track.at - track.since >= IDLE_CONFIRM_MS
}
