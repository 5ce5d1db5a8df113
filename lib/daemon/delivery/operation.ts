import type { AttemptRecord } from '../../core/run/state.js'
import { ATTEMPT_OPERATION } from '../../store/receipts.js'

/** The name under which the prompt of an attempt is delivered. */
export function operationOf(attempt: AttemptRecord): string {
  return `${ATTEMPT_OPERATION}${attempt.id}:${attempt.nonce}`
}
