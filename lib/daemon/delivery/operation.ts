import type { AttemptRecord } from '../../core/run/state.js'

/** Receipts of attempts; those of messages never begin like this. */
export const ATTEMPT_OPERATION = 'attempt:'

/** The name under which the prompt of an attempt is delivered. */
export function operationOf(attempt: AttemptRecord): string {
  return `${ATTEMPT_OPERATION}${attempt.id}:${attempt.nonce}`
}
