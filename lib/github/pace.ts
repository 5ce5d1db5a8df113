/** Every wait of what talks to GitHub, in one table: specs shorten it, nothing else knows a duration. */
export interface Pace {
  /** From the answer to one write until the next one is sent. */
  readonly betweenWritesMs: number
  /** A request is given up then; GitHub itself cuts at 10 s. */
  readonly requestMs: number
  /** Before a GET is tried again whose answer did not come; as many tries more as there are. */
  readonly readAgainMs: readonly number[]
  /** After a refusal that names no time; doubled with each that follows, up to the second. */
  readonly limitedMs: number
  readonly maxLimitedMs: number
  /** What may be created or edited in a minute. GitHub: 80 in a minute, 500 in an hour, by all programs of that person. */
  readonly contentPerMinute: number
  /** The span that the two counts above are of: a minute and an hour. */
  readonly minuteMs: number
  readonly hourMs: number
  /** An absence is believed when it was seen twice with so much time in between… */
  readonly lookAgainMs: number
  /** …and so long after the request was sent. */
  readonly absentAfterMs: number
  /** The outbox looks at what is due. */
  readonly tickMs: number
  /** A command that prints the token. */
  readonly tokenMs: number
  /** The status comment of an issue is edited so often, beside changes of state. */
  readonly statusEveryMs: number
  /** Reports that waited longer are folded into one. */
  readonly foldAfterMs: number
  /** So long nobody else writes after we last said that we do; it is said again after a third. */
  readonly leaseMs: number
  /** Whether somebody else writes is asked so often, by who does not. */
  readonly leaseLookMs: number
}

export const PACE: Pace = {
  betweenWritesMs: 1000,
  requestMs: 15_000,
  readAgainMs: [1000, 5000],
  limitedMs: 60_000,
  maxLimitedMs: 3_600_000,
  contentPerMinute: 60,
  minuteMs: 60_000,
  hourMs: 3_600_000,
  lookAgainMs: 5000,
  absentAfterMs: 60_000,
  tickMs: 1000,
  tokenMs: 10_000,
  statusEveryMs: 300_000,
  foldAfterMs: 86_400_000,
  leaseMs: 1_800_000,
  leaseLookMs: 60_000,
}
