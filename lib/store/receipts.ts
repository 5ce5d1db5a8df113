/** How far a message or a prompt has come, by its operation. */
import type { Millis } from '../core/time.js'
import type { SqlRow } from './driver.js'

export const OUTCOMES = ['delivered', 'unconfirmed', 'refused'] as const
export type Outcome = (typeof OUTCOMES)[number]

export type ReceiptState =
  | { readonly phase: 'waiting' }
  /** Its text may be in the agent's composer. `generation`: that life of the agent; null: nobody noted which. */
  | { readonly phase: 'sending'; readonly generation: number | null }
  | { readonly phase: 'settled'; readonly outcome: Outcome; readonly reason: string | null }

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
