import type { AttemptId, SessionName } from '../ids.js'

/** Unique by construction: an attempt has one, and no attempt's name begins with another's and a slash. */
export function branchOf(session: SessionName, attempt: AttemptId): string {
  return `orchestra/${session}/${attempt}`
}
