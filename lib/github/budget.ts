/** What GitHub still lets us do, from the headers of its answers. Their clock and ours are never compared. */
import type { AnswerHeaders } from './exchange.js'
import type { Limited } from './outcome.js'
import type { Pace } from './pace.js'

export interface BudgetFacts {
  readonly limit: number | null
  readonly remaining: number | null
  /** By our clock. */
  readonly resetAt: number | null
  /** Nothing is sent before; null: nothing holds us up. */
  readonly notBefore: number | null
}

/** Where it documents limits: a refusal with such a page is one of pace, and not of permission. */
const LIMIT_PAGE = /rate-limit|abuse/

export class Budget {
  #limit: number | null = null
  #remaining: number | null = null
  #resetAt: number | null = null
  #held: Limited | null = null
  #inRow = 0
  readonly #pace: Pick<Pace, 'limitedMs' | 'maxLimitedMs'>
  readonly #now: () => number

  constructor(pace: Pick<Pace, 'limitedMs' | 'maxLimitedMs'>, now: () => number) {
    this.#pace = pace
    this.#now = now
  }

  get facts(): BudgetFacts {
    const held = this.held()
    return {
      limit: this.#limit,
      remaining: this.#remaining,
      resetAt: this.#resetAt,
      notBefore: held === null ? null : held.until,
    }
  }

  /** What holds everything up now; null: nothing does. */
  held(): Limited | null {
    if (this.#held !== null && this.#held.until <= this.#now()) this.#held = null
    return this.#held
  }

  /** Of every answer. */
  note(headers: AnswerHeaders): void {
    // Search and others have a budget of their own.
    if ((headers.get('x-ratelimit-resource') ?? 'core') !== 'core') return
    const limit = numberOf(headers, 'x-ratelimit-limit')
    if (limit === null) return
    this.#limit = limit
    this.#remaining = numberOf(headers, 'x-ratelimit-remaining')
    this.#resetAt = resetOf(headers, this.#now())
  }

  /** It was not a limit: those that come count from one again. */
  noteServed(): void {
    this.#inRow = 0
  }

  /** null: the answer is not one about limits. In GitHub's own order: `retry-after`, the reset, else a minute, doubled. */
  limitOf(status: number, headers: AnswerHeaders, body: unknown): Limited | null {
    if (status !== 403 && status !== 429) return null
    const now = this.#now()
    const after = numberOf(headers, 'retry-after')
    const isSpent = numberOf(headers, 'x-ratelimit-remaining') === 0
    if (after === null && !isSpent && status !== 429 && !LIMIT_PAGE.test(pageOf(body))) return null
    const wait = Math.min(this.#pace.limitedMs * 2 ** this.#inRow, this.#pace.maxLimitedMs)
    const until =
      after !== null ? now + after * 1000 : isSpent ? (resetOf(headers, now) ?? now + wait) : now + wait
    this.#inRow += 1
    const which = after === null && isSpent ? 'primary' : 'secondary'
    this.#held = { kind: 'limited', until: Math.max(until, this.#held?.until ?? 0), which }
    return this.#held
  }
}

function numberOf(headers: AnswerHeaders, name: string): number | null {
  const text = headers.get(name)
  return text !== null && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null
}

/** The reset is a time of theirs; its distance from their `Date` counts from now. A second more: both are cut to seconds. */
function resetOf(headers: AnswerHeaders, now: number): number | null {
  const reset = numberOf(headers, 'x-ratelimit-reset')
  if (reset === null) return null
  const date = Date.parse(headers.get('date') ?? '')
  const distance = reset * 1000 - (Number.isNaN(date) ? now : date)
  return now + Math.max(distance, 0) + 1000
}

function pageOf(body: unknown): string {
  const page = (body as { documentation_url?: unknown } | null)?.documentation_url
  return typeof page === 'string' ? page : ''
}
