/** How often a person was asked, and how long work waited for a person: by task, by gate, and in all. */
import type { HumanRow } from '../protocol/status.js'
import type { RunState } from '../run/state.js'
import type { Millis } from '../time.js'
import { NEVER_ASKED, type HumanRecord } from './human-record.js'

function waitedAt({ waitedMs, since }: HumanRecord, now: Millis): Millis {
  return waitedMs + (since === null ? 0 : Math.max(0, now - since))
}

/** Of a task or a gate. */
export function humanOf({ human }: RunState, id: string, now: Millis): Omit<HumanRow, 'blocked_share'> {
  const record = human.get(id) ?? NEVER_ASKED
  return { asked: record.asked, waited_s: Math.round(waitedAt(record, now) / 1000) }
}

/** The share is what waited for people of what waited or was worked. */
export function humanInAll(state: RunState, now: Millis): HumanRow {
  let asked = 0
  let waitedMs = 0
  for (const record of state.human.values()) {
    asked += record.asked
    waitedMs += waitedAt(record, now)
  }
  let workedMs = 0
  for (const attempt of state.attempts.values()) {
    const { startedAt, endedAt, suspendedMs, suspendedSince } = attempt
    const suspended = suspendedMs + (suspendedSince === null ? 0 : Math.max(0, now - suspendedSince))
    workedMs += Math.max(0, (endedAt ?? now) - startedAt - suspended)
  }
  const all = waitedMs + workedMs
  const share = all === 0 ? 0 : Math.round((waitedMs / all) * 10_000) / 10_000
  return { asked, waited_s: Math.round(waitedMs / 1000), blocked_share: share }
}
