/** The waits of the product, so short that a spec sees what comes after them. */
import { PACE, type Pace } from '../../../lib/github/pace.js'

export const QUICK: Pace = {
  ...PACE,
  betweenWritesMs: 0,
  // Where a spec wants the end of a request, it says so: a loaded machine may take seconds for an answer.
  requestMs: 30_000,
  readAgainMs: [5, 20],
  limitedMs: 60,
  maxLimitedMs: 500,
  contentPerMinute: 1_000_000,
  lookAgainMs: 5,
  absentAfterMs: 20,
  tickMs: 5,
  statusEveryMs: 200,
  leaseLookMs: 30,
}
