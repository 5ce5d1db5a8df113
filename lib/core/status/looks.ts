/** What successive captures of one agent's screen said: since when it says the same, and what it said before. */
import type { Millis } from '../time.js'
import type { AgentState } from '../words.js'
import type { Verdict } from './match-screen.js'

export interface LookTrack {
  readonly verdict: Verdict
  readonly at: Millis
  /** The first of the unbroken row of looks that say this state. */
  readonly since: Millis
  /** The state before that; null: none. */
  readonly before: AgentState | null
}

export function trackLook(track: LookTrack | null, verdict: Verdict, at: Millis): LookTrack {
  if (track === null) return { verdict, at, since: at, before: null }
  const same =
    track.verdict.state === verdict.state &&
    (verdict.state !== 'waiting' || track.verdict.promptId === verdict.promptId)
  return same
    ? { verdict, at, since: track.since, before: track.before }
    : {
        verdict,
        at,
        since: at,
        before:
          track.verdict.state === 'idle' && track.at - track.since < 400 ? track.before : track.verdict.state,
      }
}
