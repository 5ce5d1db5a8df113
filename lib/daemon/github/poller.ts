/** Asks GitHub what is new: the repository, issues, comments and runs, each with its ETag, one after the other. */
import type { MachineId } from '../../core/ids.js'
import type { CommentFacts, IssueFacts } from '../../core/github/model.js'
import type { GithubClient } from '../../github/client.js'
import {
  authorFacts,
  commentFacts,
  issueFacts,
  labelFacts,
  milestoneFacts,
  repositoryFacts,
  runFacts,
} from '../../github/decode.js'
import type { Outcome } from '../../github/outcome.js'
import type { ActionsHealth } from './actions-health.js'
import { Audit, type Gone } from './audit.js'
import { readList, type ListOrder, type ListResult } from './list-reader.js'
import type { RepositoryCache } from './repository-cache.js'

/** What changes seldom is asked for so often; a validator of the issues that GitHub forgot to change is not believed for longer. */
export const SLOW_MS = 10 * 60_000
/** The other validators: each unconditional request counts. */
const BELIEVED_MS = 2 * 3_600_000
/** Of the first walk over a repository's comments. */
const COMMENT_PAGES = 10

export interface PollerNeeds {
  readonly machine: MachineId
  readonly where: { readonly owner: string; readonly repo: string }
  readonly client: GithubClient
  readonly cache: RepositoryCache
  readonly health: ActionsHealth
  readonly now: () => number
  /** What was not known so before. */
  readonly changed: (issues: readonly IssueFacts[], comments: readonly CommentFacts[]) => void
  /** Numbers that tasks are bound to. */
  readonly bound: () => readonly number[]
  readonly gone: (number: number, gone: Gone) => void
  readonly isStopped: () => boolean
}

export class Poller {
  readonly #needs: PollerNeeds
  readonly #slowAt = new Map<string, number>()
  readonly #audit: Audit
  /** An issue has more comments than were read: the list's validator is stuck, or the comment is younger. */
  #isCommentDue = false

  constructor(needs: PollerNeeds) {
    this.#needs = needs
    const { where, client, cache, now, bound, gone, changed } = needs
    this.#audit = new Audit({
      where,
      client,
      cache,
      now,
      bound,
      gone: (number, how) => {
        cache.dropIssue(number)
        gone(number, how)
      },
      found: (issue) => changed(cache.putIssues([issue]), []),
    })
  }

  /** One look at everything that is due; the first answer that was not one ends it. Null: all went well. */
  async look(): Promise<Outcome<unknown> | null> {
    const { isStopped } = this.#needs
    for (const step of [
      this.#repository,
      this.#issues,
      this.#comments,
      this.#runs,
      this.#labels,
      this.#milestones,
    ]) {
      if (isStopped()) return null
      const outcome = await step()
      if (outcome.kind !== 'done' && outcome.kind !== 'not-modified') return outcome
    }
    return null
  }

  /** Comments alone, while somebody waits for an answer in one. */
  readonly comments = (): Promise<Outcome<unknown>> => this.#comments()

  readonly #repository = async (): Promise<Outcome<unknown>> => {
    const { client, cache, where } = this.#needs
    if (cache.poll.repository !== null && !this.#isSlowDue('repository'))
      return { kind: 'not-modified', at: null }
    const known = cache.poll.lists['repository']?.etag ?? null
    const etag = this.#isSlowDue('repository unasked', BELIEVED_MS) ? null : known
    const outcome = await client.get('/repos/{owner}/{repo}', { params: where, etag })
    if (outcome.kind === 'not-modified') this.#slowDone('repository')
    if (outcome.kind !== 'done') return outcome
    const repository = repositoryFacts(outcome.data)
    if (repository === null)
      return { kind: 'unknown', message: 'the answer is not a repository', wasSent: true }
    // Somebody else took the name: nothing that was known is of this repository.
    if (cache.poll.repository !== null && cache.poll.repository.id !== repository.id) cache.clear()
    cache.note({
      repository,
      lists: { ...cache.poll.lists, repository: { etag: outcome.etag, until: null } },
    })
    this.#slowDone('repository')
    this.#slowDone('repository unasked')
    if (cache.poll.identity === null) {
      const me = await client.get('/user', { params: {} })
      if (me.kind === 'done') cache.note({ identity: authorFacts(me.data) })
    }
    return outcome
  }

  readonly #issues = async (): Promise<Outcome<unknown>> => {
    const { client, cache, where, changed } = this.#needs
    const isWhole = this.#audit.isWholeDue
    this.#audit.begin()
    const { outcome, sawAll } = await this.#list('issues', isWhole || this.#isUnbelieved('issues', SLOW_MS), {
      first: (etag) =>
        client.get('/repos/{owner}/{repo}/issues', {
          params: where,
          query: { state: 'all', sort: 'updated', direction: 'desc', per_page: 100 },
          etag,
        }),
      decode: (data) => listOf(data).flatMap((one) => issueFacts(one) ?? []),
      updatedAt: (issue) => issue.updatedAt,
      take: (issues) => {
        this.#audit.saw(issues)
        if (issues.some(({ number, comments }) => comments > cache.commentsOf(number).length))
          this.#isCommentDue = true
        changed(cache.putIssues(issues), [])
      },
      isWhole,
    })
    if (outcome.kind !== 'done' && outcome.kind !== 'not-modified') return outcome
    return (await this.#audit.look(sawAll)) ?? outcome
  }

  readonly #comments = async (): Promise<Outcome<unknown>> => {
    const { client, cache, where, changed } = this.#needs
    const isFirst = cache.poll.commandsAfter === null
    const isDue = this.#isCommentDue
    this.#isCommentDue = false
    const { outcome } = await this.#list(
      'comments',
      this.#isUnbelieved('comments', isDue ? 0 : BELIEVED_MS),
      {
        first: (etag) =>
          client.get('/repos/{owner}/{repo}/issues/comments', {
            params: where,
            query: { sort: 'updated', direction: 'desc', per_page: 100 },
            etag,
          }),
        decode: (data) => listOf(data).flatMap((one) => commentFacts(one) ?? []),
        updatedAt: (comment) => comment.updatedAt,
        take: (comments) => {
          const fresh = cache.putComments(comments)
          if (!isFirst) changed([], fresh)
        },
        maxPages: COMMENT_PAGES,
      },
    )
    if (isFirst && outcome.kind === 'done')
      cache.note({ commandsAfter: Math.max(0, ...cache.comments.keys()) })
    return outcome
  }

  readonly #runs = async (): Promise<Outcome<unknown>> => {
    const { client, cache, health, where } = this.#needs
    const branch = cache.poll.repository?.defaultBranch ?? 'main'
    const known = this.#isSlowDue('runs', BELIEVED_MS) ? null : (this.#runsEtag ?? null)
    const outcome = await client.get('/repos/{owner}/{repo}/actions/runs', {
      params: where,
      query: { branch, status: 'completed', exclude_pull_requests: true, per_page: 100 },
      etag: known,
    })
    // A repository where Actions are switched off, or a token that may not read them, has no health.
    if (outcome.kind === 'refused' && (outcome.why === 'missing' || outcome.why === 'forbidden')) {
      this.#runsRefused = outcome.why === 'forbidden' ? (outcome.needs ?? 'Actions: read') : null
      return { kind: 'not-modified', at: null }
    }
    if (outcome.kind === 'not-modified' && health.isIncomplete) await health.again()
    if (outcome.kind !== 'done') return outcome
    this.#runsRefused = null
    await health.take(listOf(outcome.data.workflow_runs).flatMap((one) => runFacts(one) ?? []))
    this.#runsEtag = outcome.etag
    this.#slowDone('runs')
    return outcome
  }
  #runsEtag: string | null = null
  #runsRefused: string | null = null

  /** The permission that the token lacks for Actions; null: none. */
  get lackingForRuns(): string | null {
    return this.#runsRefused
  }

  readonly #labels = (): Promise<Outcome<unknown>> => {
    const { client, where, cache } = this.#needs
    const query = { per_page: 100 }
    return this.#small(
      'labels',
      (etag) => client.get('/repos/{owner}/{repo}/labels', { params: where, query, etag }),
      (all) => cache.note({ labels: all.flatMap((one) => labelFacts(one) ?? []) }),
    )
  }

  readonly #milestones = (): Promise<Outcome<unknown>> => {
    const { client, where, cache } = this.#needs
    const query = { state: 'all', per_page: 100 } as const
    return this.#small(
      'milestones',
      (etag) => client.get('/repos/{owner}/{repo}/milestones', { params: where, query, etag }),
      (all) => cache.note({ milestones: all.flatMap((one) => milestoneFacts(one) ?? []) }),
    )
  }

  /** A list of few things that seldom change: asked for every ten minutes; `keep` gets it when all of it was read. */
  async #small(
    name: string,
    first: (etag: string | null) => Promise<Outcome<unknown>>,
    keep: (all: readonly unknown[]) => void,
  ): Promise<Outcome<unknown>> {
    const { cache } = this.#needs
    const isKnown = cache.poll.lists[name] !== undefined
    if (isKnown && !this.#isSlowDue(name)) return { kind: 'not-modified', at: null }
    const list: unknown[] = []
    const { outcome, sawAll } = await this.#list(name, this.#isUnbelieved(name, BELIEVED_MS), {
      first,
      decode: listOf,
      updatedAt: () => '',
      take: (page) => list.push(...page),
      isWhole: true,
    })
    // What issues are for can be switched off, and a token may see only a part.
    if (outcome.kind === 'refused' && outcome.why !== 'token') return { kind: 'not-modified', at: null }
    if (outcome.kind === 'done' || outcome.kind === 'not-modified') this.#slowDone(name)
    if (sawAll) keep(list)
    return outcome
  }

  async #list<T>(
    name: string,
    isUnconditional: boolean,
    order: Omit<ListOrder<T>, 'known' | 'isUnconditional'>,
  ): Promise<ListResult> {
    const { client, cache } = this.#needs
    const known = cache.poll.lists[name] ?? null
    const result = await readList(client, { ...order, known, isUnconditional })
    if (result.record !== null) cache.note({ lists: { ...cache.poll.lists, [name]: result.record } })
    if (result.outcome.kind === 'done') this.#slowDone(`${name} unasked`)
    return result
  }

  /** Whether the validator of a list is too old to be trusted. */
  #isUnbelieved(name: string, believedMs: number): boolean {
    return this.#isSlowDue(`${name} unasked`, believedMs)
  }

  /** After a start what is kept is believed for as long as at any other time. */
  #isSlowDue(name: string, everyMs = SLOW_MS): boolean {
    const at = this.#slowAt.get(name)
    if (at === undefined) this.#slowDone(name)
    return at !== undefined && this.#needs.now() - at >= everyMs
  }

  #slowDone(name: string): void {
    this.#slowAt.set(name, this.#needs.now())
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
