/** One machine of kind `github`: looks at its repository again and again, and knows what stands there. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { MachineId } from '../../core/ids.js'
import {
  connectionProblems,
  connectionState,
  type ConnectionFacts,
} from '../../core/github/connection-state.js'
import { OrchestraError } from '../../core/errors.js'
import type { CommentFacts, IssueFacts, IssueRef } from '../../core/github/model.js'
import type { GithubRow } from '../../core/github/rows.js'
import { selectIssues } from '../../core/github/select-issues.js'
import type { GithubScope, GithubSpec } from '../../core/github/spec.js'
import { isoTime } from '../../core/iso-time.js'
import { civilAt } from '../../core/time-zone.js'
import { GithubClient } from '../../github/client.js'
import { issueFacts } from '../../github/decode.js'
import type { Lane } from '../../github/lane.js'
import type { Outcome } from '../../github/outcome.js'
import type { Pace } from '../../github/pace.js'
import { TokenKeeper } from '../../github/token.js'
import type { Kernel } from '../kernel/kernel.js'
import { ActionsHealth } from './actions-health.js'
import { findClosedPulls } from './closed-pulls.js'
import type { Gone } from './audit.js'
import { Commands, type AsPrincipal, type Receipt } from './commands.js'
import { Poller, SLOW_MS } from './poller.js'
import { RepositoryCache } from './repository-cache.js'
import { Writing } from './writing/writing.js'

/** While a person may answer a gate by a comment. */
const GATE_MS = 15_000
/** What was seen longer ago is not believed. */
const OLD_TICKS = 3

export interface ConnectionNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'store' | 'changed' | 'dispatch'>
  readonly spec: GithubSpec
  /** `owner/name`, as the layout says it. */
  readonly repository: string
  readonly env: () => Readonly<Record<string, string | undefined>>
  readonly lane: Lane
  readonly pace: Pace
  readonly userAgent: string
  readonly zone: () => string
  readonly ask: AsPrincipal
  readonly receipt: (comment: number, content: Receipt) => void
  /** An issue that a task is bound to is not in the repository any more. */
  readonly gone: (number: number, gone: Gone) => void
  readonly changed: (issues: readonly IssueFacts[], comments: readonly CommentFacts[]) => void
}

export class Connection {
  readonly spec: GithubSpec
  readonly repository: string
  readonly where: { readonly owner: string; readonly repo: string }
  readonly client: GithubClient
  readonly cache: RepositoryCache
  readonly tokens: TokenKeeper
  readonly writing: Writing
  readonly #needs: ConnectionNeeds
  readonly #health: ActionsHealth
  readonly #poller: Poller
  readonly #commands: Commands
  readonly #stop = new AbortController()
  #polledAt: number | null = null
  #lookedAt = 0
  #commentsAt = 0
  #trouble: Outcome<unknown> | null = null
  #looking: Promise<void> | null = null
  #wake: (() => void) | null = null

  constructor(needs: ConnectionNeeds) {
    const { kernel, spec, repository, env, lane, pace, userAgent } = needs
    this.#needs = needs
    this.spec = spec
    this.repository = repository
    const [owner = '', repo = ''] = repository.split('/')
    this.where = { owner, repo }
    const now = () => kernel.clock.now()
    this.tokens = new TokenKeeper({ source: spec.token, env, pace, now })
    this.client = new GithubClient({ api: spec.api, token: this.tokens.get, pace, now, userAgent, lane })
    this.cache = new RepositoryCache(kernel.store.facts, spec.machine, spec.api)
    this.writing = this.#makeWriting()
    this.#health = new ActionsHealth(this.client, this.where)
    this.#poller = new Poller({
      machine: spec.machine,
      where: this.where,
      client: this.client,
      cache: this.cache,
      health: this.#health,
      now,
      isStopped: () => this.#stop.signal.aborted,
      changed: needs.changed,
      bound: () => this.#bound(),
      gone: needs.gone,
    })
    const { client, cache, where } = this
    const { ask, receipt } = needs
    this.#commands = new Commands({
      kernel,
      spec,
      where,
      client,
      cache,
      ask,
      receipt,
      readsOnly: () => this.writing.readsOnly,
      theirNow: () => this.#theirNow(),
    })
  }

  /** GitHub's clock, as far as its answers told it. */
  #theirNow(): number {
    return this.#needs.kernel.clock.now() + this.client.aheadMs
  }

  get machine(): MachineId {
    return this.spec.machine
  }

  #bound(): readonly number[] {
    const { issues } = this.#needs.kernel.loop.state
    return [...issues.values()].filter(({ machine }) => machine === this.machine).map(({ number }) => number)
  }

  start(): void {
    this.writing.start()
    void this.#run()
  }

  stop(): void {
    this.writing.stop()
    this.#stop.abort()
  }

  #makeWriting(): Writing {
    const { kernel, spec, pace, zone } = this.#needs
    const { cache, client, tokens } = this
    const repository = () => cache.poll.repository
    return new Writing({
      kernel,
      spec,
      client,
      pace,
      zone,
      where: () => {
        const [owner = '', repo = ''] = (repository()?.fullName ?? this.repository).split('/')
        return { owner, repo }
      },
      identity: () => cache.poll.identity,
      repositoryId: () => repository()?.id ?? null,
      isPublic: () => {
        const found = repository()
        return found === null ? null : !found.isPrivate
      },
      milestone: () =>
        cache.poll.milestones.find(({ title }) => title === spec.scope.milestone)?.number ?? null,
      milestones: () => cache.poll.milestones,
      databaseId: (number) => cache.issues.get(number)?.id ?? null,
      secrets: () => [tokens.known].filter((token) => token !== null),
      moved: () => void this.look().catch(() => undefined),
    })
  }

  /** Now, or with the look that is going on. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    return this.#looking
  }

  /** The next look does not wait: something began that a person may answer. */
  wake(): void {
    this.#wake?.()
  }

  /** The issues of a scope and what they wait for; GitHub is asked for dependencies that it has and we do not. */
  async importable(scope: GithubScope): Promise<readonly IssueFacts[]> {
    await this.look()
    const reader = { repository: this.repository, tierLabels: this.spec.tierLabels }
    // What is asked for may name issues whose own dependencies are not known yet.
    for (;;) {
      const chosen = selectIssues(this.cache.issues, scope, reader)
      const unknown = chosen.filter(
        ({ blockedBy, counts }) => blockedBy === null && (counts?.blockedBy ?? 0) > 0,
      )
      if (unknown.length === 0) return chosen
      for (const issue of unknown)
        this.cache.putIssues([{ ...issue, blockedBy: await this.#blockersOf(issue.number) }])
    }
  }

  async #blockersOf(number: number): Promise<readonly IssueRef[]> {
    const answer = await this.client.get(
      '/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by',
      {
        params: { ...this.where, issue_number: number },
        query: { per_page: 100 },
      },
    )
    if (answer.kind === 'done') return answer.data.flatMap((one) => refOfIssue(one) ?? [])
    if (answer.kind === 'refused' && answer.why === 'missing') return []
    throw new OrchestraError(`GitHub did not say what #${number} waits for`, {
      kind: 'failed',
      hint: 'Nothing was imported; try again.',
    })
  }

  get row(): GithubRow {
    const facts = this.#facts
    return {
      machine: this.machine,
      repository: this.cache.poll.repository?.fullName ?? this.repository,
      state: connectionState(facts).state,
      problems: connectionProblems(facts),
      runs: this.#health.rows,
      outbox: facts.outbox,
      polled_at: isoTime(this.#polledAt),
    }
  }

  async #run(): Promise<void> {
    const { kernel } = this.#needs
    while (!this.#stop.signal.aborted) {
      try {
        await this.look()
      } catch (error) {
        kernel.log.warn({ err: error, machine: this.machine }, 'a look at GitHub failed')
      }
      await this.#pause()
    }
  }

  /** Until the next look; while a gate waits, comments are asked for in between. */
  async #pause(): Promise<void> {
    const { clock, log } = this.#needs.kernel
    const isDue = () => clock.now() - this.#lookedAt >= this.everyMs
    while (!this.#stop.signal.aborted && !isDue()) {
      const left = this.#lookedAt + this.everyMs - clock.now()
      const comments = Math.max(0, this.#commentsAt + GATE_MS - clock.now())
      await this.#sleep(this.#isGateOpen ? Math.min(left, comments) : left)
      if (!this.#isGateOpen || clock.now() - this.#commentsAt < GATE_MS || isDue()) continue
      this.#commentsAt = clock.now()
      await this.#poller
        .comments()
        .then(() => this.#commands.obey())
        .catch((error: unknown) =>
          log.debug({ err: error, machine: this.machine }, 'a look at comments failed'),
        )
    }
  }

  async #sleep(ms: number): Promise<void> {
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    const signal = AbortSignal.any([this.#stop.signal, woken.signal])
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
    this.#wake = null
  }

  async #look(): Promise<void> {
    const { clock } = this.#needs.kernel
    this.#lookedAt = this.#commentsAt = clock.now()
    this.#trouble = await this.#poller.look()
    if (this.#stop.signal.aborted) return
    if (this.#trouble === null) {
      this.#polledAt = clock.now()
      await this.#commands.obey()
      await findClosedPulls(this.#needs.kernel, this)
    }
    this.#tellState()
    this.#needs.kernel.changed()
  }

  #tellState(): void {
    const { kernel } = this.#needs
    const known = kernel.loop.state.machines.get(this.machine)
    const { state, reason } = connectionState(this.#facts)
    if (known === undefined || (known.state === state && known.reason === reason)) return
    kernel.dispatch({ type: 'machine.changed', at: kernel.clock.now(), machine: this.machine, state, reason })
  }

  get #facts(): ConnectionFacts {
    const { clock } = this.#needs.kernel
    const trouble = this.#trouble
    const { notBefore } = this.client.budget
    return {
      tokenProblem: this.tokens.problem,
      isRejected: trouble?.kind === 'refused' && trouble.why === 'token',
      unreachable: trouble?.kind === 'unknown' ? `GitHub cannot be reached: ${trouble.message}` : null,
      isOld: this.#polledAt === null || clock.now() - this.#polledAt > OLD_TICKS * this.everyMs,
      wasPolled: this.#polledAt !== null,
      limited: notBefore === null ? null : `until ${this.#timeOf(notBefore)}`,
      refused: this.#refusals(),
      runs: this.#health.rows,
      outbox: this.writing.counts,
    }
  }

  #refusals(): readonly string[] {
    const trouble = this.#trouble
    const { repository } = this.cache.poll
    const lacking = this.#poller.lackingForRuns
    return [
      ...this.writing.problems,
      ...(trouble?.kind === 'refused' && trouble.why !== 'token' ? [sayRefused(trouble)] : []),
      ...(lacking === null ? [] : [`the token may not read Actions; it lacks ${lacking}`]),
      ...(repository !== null && repository.fullName.toLowerCase() !== this.repository.toLowerCase()
        ? [`the repository is called ${repository.fullName} now: change \`repository:\` in the layout`]
        : []),
      ...(repository?.isArchived === true ? ['the repository is archived: nothing can be written'] : []),
      ...(repository?.hasIssues === false ? ['issues are switched off there'] : []),
    ]
  }

  #timeOf(at: number): string {
    const zone = this.#needs.kernel.loop.state.layout?.timezone ?? this.#needs.zone()
    const { hour, minute } = civilAt(at, zone)
    return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':')
  }

  /** Time between two reads of the lists that seldom change. */
  readonly slowMs = SLOW_MS

  /** Between two looks. */
  get everyMs(): number {
    const { state } = this.#needs.kernel.loop
    const isActive = state.phase === 'running' || this.#isGateOpen
    return isActive ? this.spec.poll.activeMs : this.spec.poll.idleMs
  }

  get #isGateOpen(): boolean {
    return [...this.#needs.kernel.loop.state.gates.values()].some(({ status }) => status === 'waiting')
  }
}

/** Its address says in which repository it is. */
function refOfIssue(value: unknown): IssueRef | null {
  const issue = issueFacts(value)
  const [, repository] = /\/([\w.-]+\/[\w.-]+)\/issues\/\d+$/.exec(issue?.url ?? '') ?? []
  return issue === null || repository === undefined ? null : { repository, number: issue.number }
}

function sayRefused(refused: Extract<Outcome<unknown>, { kind: 'refused' }>): string {
  if (refused.why === 'missing') return 'there is no such repository, or the token may not see it (404)'
  if (refused.why === 'gone') return 'issues are switched off there (410)'
  const needs = refused.needs === null ? '' : `; it needs ${refused.needs}`
  return `GitHub refused (${refused.status}): ${refused.message.slice(0, 200)}${needs}`
}
