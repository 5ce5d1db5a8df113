/**
 * Issues that are not where they were: a list leaves out what was deleted or moved, so that only a whole walk shows it, and only
 * asking for the issue itself proves it.
 */
import type { GoneIssue } from '../../core/github/bound-issue.js'
import type { IssueFacts } from '../../core/github/model.js'
import type { GithubClient } from '../../github/client.js'
import { issueFacts } from '../../github/decode.js'
import type { Outcome } from '../../github/outcome.js'
import type { RepositoryCache } from './repository-cache.js'

/** Between two walks over the whole list. */
const WHOLE_MS = 3_600_000
/** Of one walk; the next one asks for the others. */
const MAX_ASKED = 50

export type Gone = Omit<GoneIssue, 'at'>

export interface AuditNeeds {
  readonly where: { readonly owner: string; readonly repo: string }
  readonly client: GithubClient
  readonly cache: RepositoryCache
  readonly now: () => number
  /** Numbers that tasks are bound to. */
  readonly bound: () => readonly number[]
  readonly found: (issue: IssueFacts) => void
  readonly gone: (number: number, gone: Gone) => void
}

export class Audit {
  readonly #needs: AuditNeeds
  readonly #askedAt = new Map<number, number>()
  #wholeAt: number | null = null
  #seen = new Set<number>()

  constructor(needs: AuditNeeds) {
    this.#needs = needs
  }

  /** Whether the next walk goes to the end of the list. */
  get isWholeDue(): boolean {
    const { bound, now } = this.#needs
    return bound().length > 0 && (this.#wholeAt === null || now() - this.#wholeAt >= WHOLE_MS)
  }

  begin(): void {
    this.#seen = new Set()
  }

  saw(issues: readonly IssueFacts[]): void {
    for (const { number } of issues) this.#seen.add(number)
  }

  /** @param isWhole the walk that has just ended saw every issue there is */
  async look(isWhole: boolean): Promise<Outcome<unknown> | null> {
    const { bound, cache, now } = this.#needs
    if (cache.poll.repository?.hasIssues === false) return null
    const missing = new Set(bound().filter((number) => !cache.issues.has(number)))
    if (isWhole) {
      this.#wholeAt = now()
      for (const number of [...bound(), ...cache.issues.keys()])
        if (!this.#seen.has(number)) missing.add(number)
    }
    const due = [...missing].filter((number) => now() - (this.#askedAt.get(number) ?? -WHOLE_MS) >= WHOLE_MS)
    for (const number of due.slice(0, MAX_ASKED)) {
      const outcome = await this.#ask(number)
      if (outcome.kind === 'limited' || outcome.kind === 'unknown') return outcome
      this.#askedAt.set(number, now())
    }
    return null
  }

  async #ask(number: number): Promise<Outcome<unknown>> {
    const { client, cache, where, found, gone } = this.#needs
    const outcome = await client.get('/repos/{owner}/{repo}/issues/{issue_number}', {
      params: { ...where, issue_number: number },
    })
    const issue = outcome.kind === 'done' ? issueFacts(outcome.data) : null
    const own = (cache.poll.repository?.fullName ?? '').toLowerCase()
    const [, there = ''] = /\/([\w.-]+\/[\w.-]+)\/issues\/\d+$/.exec(issue?.url ?? '') ?? []
    if (issue !== null && there.toLowerCase() === own) found(issue)
    else if (issue !== null) gone(number, { why: 'moved', to: `${there}#${issue.number}` })
    else if (outcome.kind === 'refused' && outcome.why === 'moved')
      gone(number, { why: 'moved', to: outcome.location })
    else if (outcome.kind === 'refused' && (outcome.why === 'missing' || outcome.why === 'gone'))
      gone(number, { why: 'deleted', to: null })
    return outcome
  }
}
