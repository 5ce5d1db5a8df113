/** How far a message or a prompt has come, by its operation. */
import type { RunEvent } from '../core/run/events.js'
import type { Millis } from '../core/time.js'
import type { SqlRow } from './driver.js'

export const OUTCOMES = ['delivered', 'unconfirmed', 'refused'] as const
export type Outcome = (typeof OUTCOMES)[number]

export type ReceiptState =
  | { readonly phase: 'waiting' }
  /** Its text may be in the agent's composer. `generation`: that life of the agent; null: nobody noted which. */
  | { readonly phase: 'sending'; readonly generation: number | null }
  | { readonly phase: 'settled'; readonly outcome: Outcome; readonly reason: string | null }

/** Receipts of attempts' prompts; those of messages never begin like this. */
export const ATTEMPT_OPERATION = 'attempt:'

/** `attempt:ID:NONCE`: the operation of an attempt's prompt is between these two, in the order of the bytes. */
export function operationsOf(attempt: string): readonly [from: string, to: string] {
  return [`${ATTEMPT_OPERATION}${attempt}:`, `${ATTEMPT_OPERATION}${attempt};`]
}

export interface PromptEnd {
  readonly attempt: string
  readonly outcome: Outcome
  readonly reason: string | null
}

/** Nothing types the prompt of an attempt that runs, or is over, a second time: its receipt is settled by that event. */
export function promptEnd(event: RunEvent): PromptEnd | null {
  if (event.type === 'attempt.ended')
    return { attempt: event.attempt, outcome: 'unconfirmed', reason: event.reason }
  if (event.type !== 'attempt.running') return null
  const { attempt, unconfirmed } = event
  return unconfirmed === ''
    ? { attempt, outcome: 'delivered', reason: null }
    : { attempt, outcome: 'unconfirmed', reason: unconfirmed }
}

export interface Receipt {
  readonly operation: string
  readonly agent: string
  readonly digest: string
  readonly at: Millis
  readonly state: ReceiptState
}

export function receiptOf(row: SqlRow): Receipt {
  return {
    operation: String(row['operation']),
    agent: String(row['agent']),
    digest: String(row['digest']),
    at: Number(row['at']),
    state: receiptState(row) ?? { phase: 'sending', generation: null },
  }
}

/** Undefined: damaged. It may have been typed, then, and is never typed twice. */
export function receiptState(row: SqlRow): ReceiptState | undefined {
  const { phase, generation, outcome, reason } = row
  if (phase === 'waiting') return { phase }
  if (phase === 'sending' && (generation === null || Number.isInteger(generation)))
    return { phase, generation: generation as number | null }
  const known = OUTCOMES.find((one) => one === outcome)
  if (phase !== 'settled' || known === undefined) return undefined
  return { phase, outcome: known, reason: typeof reason === 'string' ? reason : null }
}
