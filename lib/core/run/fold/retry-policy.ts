import type { RetrySpec } from '../../layout/model.js'
import type { Millis } from '../../time.js'

/** The pause after the n-th attempt that failed: delay × backoff^(n-1), capped, and a random share of it on top. */
export function retryDelayMs(retry: RetrySpec, failed: number, random: number): Millis {
  const grown = retry.delayMs * retry.backoff ** Math.max(0, failed - 1)
  const capped = Math.min(grown, retry.maxDelayMs)
  return Math.round(capped * (1 + retry.jitter * random))
}
