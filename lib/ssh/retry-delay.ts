/** When to connect again. Pure: times in milliseconds on one monotonic clock. */
const EVERY_MS = 1000
const EAGER_FOR_MS = 60_000
const LONGEST_MS = 30_000

export interface RetrySituation {
  /** Since the link was lost, or since the first attempt ever. */
  readonly downForMs: number
  /** Since the last attempt began. */
  readonly sinceAttemptMs: number
  /** 0…1. */
  readonly random: number
}

/**
 * At most one attempt a second in the first minute, so that a link that comes back is found at once (the first one
 * after a loss goes out immediately); then ever rarer, up to 30 s, with jitter, without end.
 */
export function retryDelay({ downForMs, sinceAttemptMs, random }: RetrySituation): number {
  if (downForMs < EAGER_FOR_MS) return Math.max(0, EVERY_MS - sinceAttemptMs)
  const doublings = Math.log2(downForMs / EAGER_FOR_MS) + 1
  const longest = Math.min(LONGEST_MS, 2 * EVERY_MS * 2 ** doublings)
  return Math.round(longest * (0.5 + random / 2))
}
