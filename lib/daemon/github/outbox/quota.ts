/** What may be written in a minute, an hour and a run: a loop that has gone wrong ends here. */
import { isCreation, type OutboxRow } from '../../../core/github/outbox-row.js'
import { FACTS } from '../../../store/facts.js'
import type { OutboxNeeds } from './port.js'

export class Quota {
  readonly #needs: OutboxNeeds
  #times: number[]

  constructor(needs: OutboxNeeds) {
    this.#needs = needs
    this.#times = [...(needs.store.facts.get(FACTS.githubWrites, needs.machine) ?? [])]
  }

  /** In the store, so that a daemon that starts again and again does not begin at nothing. */
  note(at: number): void {
    const { pace, store, machine } = this.#needs
    this.#times = [...this.#times, at].filter((time) => time > at - pace.hourMs && time <= at)
    store.facts.set(FACTS.githubWrites, this.#times, machine)
  }

  /** Why it waits; null: it may leave. */
  refusal(row: OutboxRow, rows: readonly OutboxRow[]): string | null {
    const { now, pace, limits, runStartedAt } = this.#needs
    const at = now()
    const within = (ms: number) => this.#times.filter((time) => time > at - ms && time <= at).length
    if (within(pace.minuteMs) >= pace.contentPerMinute) return 'as much was written as a minute allows'
    if (within(pace.hourMs) >= limits.writesPerHour)
      return `${limits.writesPerHour} writes in an hour are allowed (limits.writes_per_hour)`
    if (row.work.kind !== 'issue' || !isCreation(row)) return null
    const since = runStartedAt() ?? -Infinity
    const made = rows.filter(
      (one) =>
        one !== row &&
        one.work.kind === 'issue' &&
        one.sentAt !== null &&
        one.createdAt >= since &&
        one.key !== row.key,
    )
    return made.length >= limits.issuesPerRun && row.sentAt === null
      ? `${limits.issuesPerRun} issues were created in this run (limits.issues_per_run)`
      : null
  }
}
