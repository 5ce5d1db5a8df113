/** What is known of a repository, in memory and in the store: reading it needs no network. */
import type { CommentFacts, IssueFacts } from '../../core/github/model.js'
import { NOTHING_POLLED, type PollRecord } from '../../core/github/poll-record.js'
import { sameValue } from '../../core/same-value.js'
import { FACTS } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'

/** Of a repository; the oldest are forgotten. */
const MAX_COMMENTS = 3000
/** A write to the disk costs the same for one issue and for fifty. */
const SHARD = 50

export class RepositoryCache {
  readonly issues = new Map<number, IssueFacts>()
  readonly comments = new Map<number, CommentFacts>()
  readonly #facts: Facts
  readonly #machine: string
  #poll: PollRecord

  constructor(facts: Facts, machine: string, api: string) {
    this.#facts = facts
    this.#machine = machine
    for (const [id, list] of facts.entries(FACTS.githubIssues))
      if (this.#isOurs(id)) for (const issue of list) this.issues.set(issue.number, issue)
    for (const [id, list] of facts.entries(FACTS.githubComments))
      if (this.#isOurs(id)) for (const comment of list) this.comments.set(comment.id, comment)
    const known = facts.get(FACTS.githubPoll, machine)
    this.#poll = known?.api === api ? { ...NOTHING_POLLED, ...known } : { ...NOTHING_POLLED, api }
  }

  get poll(): PollRecord {
    return this.#poll
  }

  note(change: Partial<PollRecord>): void {
    const next = { ...this.#poll, ...change }
    if (sameValue(next, this.#poll)) return
    this.#poll = next
    this.#facts.set(FACTS.githubPoll, next, this.#machine)
  }

  /** Those that were not known so. */
  putIssues(issues: readonly IssueFacts[]): readonly IssueFacts[] {
    const fresh = issues.flatMap((issue) => {
      const known = this.issues.get(issue.number)
      // Lists do not tell dependencies: what was asked for stays until the issue changes.
      const kept =
        known?.updatedAt === issue.updatedAt
          ? { ...issue, blockedBy: issue.blockedBy ?? known.blockedBy }
          : issue
      return known !== undefined && sameValue(known, kept) ? [] : [kept]
    })
    for (const issue of fresh) this.issues.set(issue.number, issue)
    const shards = new Set(fresh.map(({ number }) => Math.floor(number / SHARD)))
    if (shards.size === 0) return fresh
    const byShard = new Map<number, IssueFacts[]>()
    for (const issue of this.issues.values()) {
      const shard = Math.floor(issue.number / SHARD)
      if (shards.has(shard)) byShard.set(shard, [...(byShard.get(shard) ?? []), issue])
    }
    for (const [shard, list] of byShard)
      this.#facts.set(FACTS.githubIssues, list, `${this.#machine}/${shard}`)
    return fresh
  }

  /** It is not there any more. */
  dropIssue(number: number): void {
    if (!this.issues.delete(number)) return
    const shard = Math.floor(number / SHARD)
    const list = [...this.issues.values()].filter((issue) => Math.floor(issue.number / SHARD) === shard)
    if (list.length === 0) this.#facts.delete(FACTS.githubIssues, `${this.#machine}/${shard}`)
    else this.#facts.set(FACTS.githubIssues, list, `${this.#machine}/${shard}`)
  }

  putComments(comments: readonly CommentFacts[]): readonly CommentFacts[] {
    const fresh = comments.filter((comment) => !sameValue(this.comments.get(comment.id), comment))
    for (const comment of fresh) this.comments.set(comment.id, comment)
    const dropped = [...this.comments.keys()]
      .sort((a, b) => a - b)
      .slice(0, Math.max(0, this.comments.size - MAX_COMMENTS))
    const touched = new Set(fresh.map(({ issue }) => issue))
    for (const id of dropped) {
      touched.add(this.comments.get(id)?.issue ?? 0)
      this.comments.delete(id)
    }
    for (const issue of touched) {
      const list = this.commentsOf(issue)
      const id = `${this.#machine}/${issue}`
      if (list.length === 0) this.#facts.delete(FACTS.githubComments, id)
      else this.#facts.set(FACTS.githubComments, list, id)
    }
    return fresh
  }

  /** The oldest first. */
  commentsOf(issue: number): readonly CommentFacts[] {
    return [...this.comments.values()]
      .filter((comment) => comment.issue === issue)
      .sort((a, b) => a.id - b.id)
  }

  /** Another repository stands under that name now. */
  clear(): void {
    for (const [id] of this.#facts.entries(FACTS.githubIssues))
      if (this.#isOurs(id)) this.#facts.delete(FACTS.githubIssues, id)
    for (const [id] of this.#facts.entries(FACTS.githubComments))
      if (this.#isOurs(id)) this.#facts.delete(FACTS.githubComments, id)
    this.issues.clear()
    this.comments.clear()
    this.note({ ...NOTHING_POLLED, api: this.#poll.api })
  }

  #isOurs(id: string): boolean {
    return id.startsWith(`${this.#machine}/`)
  }
}
