import type { Millis } from '../time.js'

export interface HumanRecord {
  readonly asked: number
  readonly waitedMs: Millis
  /** Since when a person is waited for; null: nobody is. */
  readonly since: Millis | null
  /** What was asked last: the same question, drawn again, is asked once. */
  readonly question: string | null
}

export const NEVER_ASKED: HumanRecord = { asked: 0, waitedMs: 0, since: null, question: null }

/** `question` null: nobody is waited for any more. */
export function waitsFor(before: HumanRecord, question: string | null, at: Millis): HumanRecord {
  const waited = before.since === null ? 0 : Math.max(0, at - before.since)
  if (question === null)
    return before.since === null ? before : { ...before, waitedMs: before.waitedMs + waited, since: null }
  const asked = before.asked + (before.question === question ? 0 : 1)
  return { ...before, asked, question, since: before.since ?? at }
}
