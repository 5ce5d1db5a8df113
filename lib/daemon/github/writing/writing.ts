/**
 * What of the run is written to one repository: compares what should stand there with the outbox whenever the run changes,
 * binds tasks to the issues that were made, and does what a person asks for.
 */
import { OrchestraError } from '../../../core/errors.js'
import { gateCode } from '../../../core/github/gate-code.js'
import { issueDraft } from '../../../core/github/issue-draft.js'
import { issueUrl } from '../../../core/github/bound-issue.js'
import { keyOf, type OutboxRow, type Work } from '../../../core/github/outbox-row.js'
import type { OutboxCounts } from '../../../core/github/rows.js'
import type { GithubSpec } from '../../../core/github/spec.js'
import { issueOf, wantedWrites, type Wanted } from '../../../core/github/wanted-writes.js'
import { askedId, type TaskId } from '../../../core/ids.js'
import { DAEMON, type Principal } from '../../../core/principal.js'
import type { TaskRecord } from '../../../core/run/state.js'
import { issueFacts } from '../../../github/decode.js'
import type { GithubClient } from '../../../github/client.js'
import type { Pace } from '../../../github/pace.js'
import { FACTS } from '../../../store/facts.js'
import type { Kernel } from '../../kernel/kernel.js'
import { Outbox } from '../outbox/outbox.js'
import type { Where } from '../outbox/port.js'

export interface WritingNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'store' | 'changed'>
  readonly spec: GithubSpec
  readonly client: GithubClient
  readonly pace: Pace
  readonly zone: () => string
  readonly where: () => Where
  readonly identity: () => { readonly id: number; readonly login: string } | null
  readonly repositoryId: () => number | null
  /** null: it was not seen yet. */
  readonly isPublic: () => boolean | null
  /** Of the scope's milestone. */
  readonly milestone: () => number | null
  readonly secrets: () => readonly string[]
  readonly moved: () => void
}

/** Between a change of the run and what follows from it here: changes come in bursts. */
const LOOK_MS = 200

export class Writing {
  readonly outbox: Outbox
  readonly #needs: WritingNeeds
  readonly #since: number
  #isPaused: boolean
  #timer: NodeJS.Timeout | undefined
  #isStopped = true

  constructor(needs: WritingNeeds) {
    const { kernel, spec, client, pace } = needs
    this.#needs = needs
    const { facts } = kernel.store
    const kept = facts.get(FACTS.githubWriting, spec.machine)
    this.#since = kept?.since ?? kernel.clock.now()
    this.#isPaused = kept?.paused ?? false
    if (kept === null && spec.mode === 'mirror') this.#keep()
    this.outbox = new Outbox({
      machine: spec.machine,
      client,
      pace,
      now: () => kernel.clock.now(),
      store: { id: kernel.store.id, facts },
      settled: () => kernel.loop.settled(),
      where: needs.where,
      identity: needs.identity,
      repositoryId: needs.repositoryId,
      held: () => this.whyHeld,
      limits: spec.limits,
      runStartedAt: () => kernel.loop.state.startedAt,
      issueOf: (subject) => this.#issueOf(subject),
      secrets: needs.secrets,
      sent: (row) => this.#sent(row),
      moved: needs.moved,
      changed: () => kernel.changed(),
      failed: (error) => kernel.log.warn({ err: error, machine: spec.machine }, 'writing to GitHub failed'),
    })
  }

  get counts(): OutboxCounts {
    return this.outbox.counts
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Why nothing is written; null: it is. */
  get whyHeld(): string | null {
    const { spec, isPublic } = this.#needs
    if (spec.mode === 'read') return 'mode: read'
    if (this.#isPaused) return 'a person paused writing'
    const open = isPublic()
    if (open === null) return 'the repository was not seen yet'
    return open && !spec.public
      ? 'the repository is public, and the layout does not say `public: true`'
      : null
  }

  /** What a person should know; empty while all is well. */
  get problems(): readonly string[] {
    const { refused } = this.counts
    const reason = this.outbox.holdReason
    const first = this.outbox.rows.find(({ state }) => state === 'refused')
    return [
      ...(reason === null ? [] : [`what is to be written waits: ${reason}`]),
      ...(refused === 0
        ? []
        : [`${refused} not written; the first, ${first?.key ?? ''}: ${first?.reason ?? 'refused'}`]),
    ]
  }

  start(): void {
    this.#isStopped = false
    if (this.#needs.spec.mode === 'mirror') this.outbox.start()
    this.changed()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.outbox.stop()
  }

  /** The run has changed. */
  changed(): void {
    if (this.#isStopped || this.#timer !== undefined || this.#needs.spec.mode === 'read') return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      try {
        this.#look()
      } catch (error) {
        this.#needs.kernel.log.warn({ err: error }, 'what is to be written to GitHub is not known')
      }
    }, LOOK_MS)
  }

  /** In mode `read` nothing is even noted. */
  enqueue(work: Work, urgent = true): void {
    if (this.#needs.spec.mode === 'mirror') this.outbox.enqueue(work, { urgent })
  }

  pause(paused: boolean): void {
    this.#isPaused = paused
    this.#keep()
    this.#needs.kernel.changed()
    if (!paused) this.outbox.start()
  }

  /** The issue that all report to; null: there is none yet. */
  get master(): number | null {
    const { master } = this.#needs.spec
    if (master !== 'create') return master
    return this.outbox.row('issue/master')?.remote?.number ?? null
  }

  /** Makes issues for tasks that have none. @returns those that will get one. */
  export(ids: readonly string[]): readonly string[] {
    const { kernel, spec, milestone } = this.#needs
    this.#demandMirror('export')
    const { state } = kernel.loop
    const tasks =
      ids.length === 0
        ? [...state.tasks.values()].filter(({ removed }) => !removed)
        : ids.map((id) => this.#task(id))
    const open = tasks.filter(({ spec: { id } }) => !state.issues.has(id))
    for (const task of open) this.outbox.enqueue(issueDraft(state, task, spec, milestone()))
    return open.map(({ spec: { id } }) => id)
  }

  async link(id: string, number: number, by: Principal): Promise<void> {
    const { kernel, client, spec, where } = this.#needs
    const { loop, clock } = kernel
    const task = this.#task(id)
    const known = loop.state.issues.get(task.spec.id)
    if (known !== undefined && known.number !== number)
      throw new OrchestraError(`${id} is bound to issue #${known.number} already`, { kind: 'refused' })
    const other = [...loop.state.issues.values()].find(
      (one) => one.number === number && one.machine === spec.machine && one.task !== task.spec.id,
    )
    if (other !== undefined)
      throw new OrchestraError(`issue #${number} is bound to ${other.task} already`, { kind: 'refused' })
    const found = await client.get('/repos/{owner}/{repo}/issues/{issue_number}', {
      params: { ...where(), issue_number: number },
    })
    const issue = found.kind === 'done' ? issueFacts(found.data) : null
    if (issue === null)
      throw new OrchestraError(`issue #${number} was not found on GitHub`, {
        kind: 'refused',
        hint: found.kind === 'refused' ? found.message : 'GitHub did not answer; try again.',
      })
    if (issue.isPullRequest) throw new OrchestraError(`#${number} is a pull request`, { kind: 'refused' })
    loop.dispatch({
      type: 'issue.bound',
      at: clock.now(),
      task: task.spec.id,
      machine: spec.machine,
      number,
      issueId: issue.id,
      url: issue.url,
      how: 'link',
      by,
    })
    loop.dispatch({ type: 'issue.seen', at: clock.now(), task: task.spec.id, state: issue.state })
  }

  /** The issue stays as it is; nothing more is written to it. */
  unlink(id: string, by: Principal): void {
    const { loop, clock } = this.#needs.kernel
    const task = this.#task(id)
    if (!loop.state.issues.has(task.spec.id))
      throw new OrchestraError(`${id} is bound to no issue`, { kind: 'refused' })
    if (task.spec.issue !== null)
      throw new OrchestraError(`the layout binds ${id}`, {
        kind: 'refused',
        hint: `Remove \`issue:\` of ${id} from the layout.`,
      })
    loop.dispatch({ type: 'issue.unbound', at: clock.now(), task: task.spec.id, by })
    for (const row of this.outbox.rows) if (isOf(row, id)) this.outbox.drop(row.key)
  }

  /** A report that a person asked for. @returns the number of its issue. */
  post(kind: string, subject: string | null, markdown: string): number {
    this.#demandMirror('posting')
    const issue = this.master
    if (issue === null) throw this.#noIssue()
    const at = this.#needs.kernel.clock.now()
    const name = [kind, ...(subject === null ? [] : [subject]), 'asked', at].join('/')
    this.outbox.enqueue({ kind: 'comment', subject: name, issue, body: markdown, folds: null })
    return issue
  }

  /** Of what is addressed to GitHub: it is written as the run's state wants it, and once. Throws where it would never be. */
  demandPost(id: string | null): void {
    this.#demandMirror('posting')
    const { kernel, spec } = this.#needs
    const task = id === null ? undefined : kernel.loop.state.tasks.get(askedId<TaskId>(id))
    const hasIssue = task !== undefined && issueOf(kernel.loop.state, spec.machine, task) !== null
    if (spec.master === null && !hasIssue) throw this.#noIssue()
    this.changed()
  }

  #noIssue(): OrchestraError {
    return new OrchestraError('there is no issue to post to', {
      kind: 'refused',
      hint: 'Name one in the layout: `master: NUMBER`, or `master: create`.',
    })
  }

  #demandMirror(what: string): void {
    if (this.#needs.spec.mode === 'mirror') return
    throw new OrchestraError(`${what} writes to GitHub, and ${this.#needs.spec.machine} is in mode read`, {
      kind: 'refused',
      hint: '`mode: mirror` in the layout allows it.',
    })
  }

  #task(id: string): TaskRecord {
    const task = this.#needs.kernel.loop.state.tasks.get(askedId<TaskId>(id))
    if (task === undefined) throw new OrchestraError(`there is no task ${id}`, { kind: 'usage' })
    return task
  }

  #keep(): void {
    const { kernel, spec } = this.#needs
    kernel.store.facts.set(FACTS.githubWriting, { since: this.#since, paused: this.#isPaused }, spec.machine)
  }

  /** What would be written next that is not written yet. */
  plan(): readonly { readonly key: string; readonly says: string; readonly makesMail: boolean }[] {
    const waiting = this.outbox.rows.filter(({ state }) => state === 'pending').map(({ work }) => work)
    const works = new Map(
      [...waiting, ...this.#wanted().map(({ work }) => work)].map((work) => [keyOf(work), work]),
    )
    return [...works].flatMap(([key, work]) => {
      const row = this.outbox.row(key)
      if (row !== undefined && row.state !== 'pending') return []
      const makesMail =
        work.kind === 'issue' || work.kind === 'comment' || (work.kind === 'status' && row?.remote == null)
      return [{ key, says: sayWork(work), makesMail }]
    })
  }

  #wanted(): readonly Wanted[] {
    const { kernel, spec, zone, milestone } = this.#needs
    const { state } = kernel.loop
    return wantedWrites(state, {
      spec,
      master: this.master,
      milestone: milestone(),
      since: this.#since,
      now: kernel.clock.now(),
      zone: state.layout?.timezone ?? zone(),
      gateCode,
    })
  }

  #look(): void {
    // A binding that a crash kept from the journal.
    for (const row of this.outbox.rows) if (row.state === 'sent') this.#bind(row)
    for (const { work, urgent } of this.#wanted())
      this.outbox.enqueue(work, { urgent: urgent || this.#isNewState(work) })
  }

  /** The first line of a status names the state: a change of it is not put off. */
  #isNewState(work: Work): boolean {
    if (work.kind !== 'status') return false
    const known = this.outbox.row(`status/${work.subject}`)?.work
    return known?.kind === 'status' && firstLine(known.body) !== firstLine(work.body)
  }

  #sent(row: OutboxRow): void {
    this.#bind(row)
    this.changed()
  }

  #bind({ work, remote }: OutboxRow): void {
    if (work.kind !== 'issue' || remote?.number == null) return
    const { kernel, spec } = this.#needs
    const { loop, clock } = kernel
    const task = loop.state.tasks.get(askedId<TaskId>(work.subject))
    if (task === undefined || loop.state.issues.has(task.spec.id)) return
    const { number, id, url } = remote
    loop.dispatch({
      type: 'issue.bound',
      at: clock.now(),
      task: task.spec.id,
      machine: spec.machine,
      number,
      issueId: id,
      url: url ?? issueUrl(loop.state.layout, spec.machine, number) ?? '',
      how: 'created',
      by: DAEMON,
    })
    this.#relate(task, id)
  }

  /** Beside the lines in its text: as a part of the scope's issue, and waiting for what it needs. */
  #relate(task: TaskRecord, issueId: number): void {
    const { kernel, spec } = this.#needs
    const { state } = kernel.loop
    if (spec.scope.parent !== null) this.enqueue({ kind: 'part', parent: spec.scope.parent, issueId })
    const issue = issueOf(state, spec.machine, task)
    for (const need of task.spec.needs) {
      const other = state.issues.get(askedId<TaskId>(need))
      if (issue !== null && other?.machine === spec.machine && other.issueId !== null)
        this.enqueue({ kind: 'edge', issue, blockedById: other.issueId })
    }
  }

  #issueOf(subject: string): number | 'coming' | null {
    const { kernel, spec } = this.#needs
    const task = kernel.loop.state.tasks.get(askedId<TaskId>(subject))
    const number = task === undefined ? null : issueOf(kernel.loop.state, spec.machine, task)
    if (number !== null) return number
    const row = this.outbox.row(`issue/${subject}`)
    if (row === undefined || row.state === 'refused') return null
    return row.remote?.number ?? 'coming'
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** What was written, or is to be, only because the task has that issue. */
function isOf({ work }: OutboxRow, task: string): boolean {
  if (work.kind === 'issue' || work.kind === 'status') return work.subject === task
  return work.kind === 'close' && work.subject.startsWith(`${task}.`)
}

function sayWork(work: Work): string {
  switch (work.kind) {
    case 'issue':
      return `make an issue: ${work.title}`
    case 'comment':
      return `comment on #${work.issue}: ${work.subject}`
    case 'status':
      return `keep one comment on #${work.issue} about ${work.subject}`
    case 'close':
      return `close #${work.issue}`
    case 'labels':
      return `label #${work.issue}: ${work.add.join(', ')}`
    case 'part':
      return `make an issue a part of #${work.parent}`
    case 'edge':
      return `note on #${work.issue} what it waits for`
    case 'reaction':
      return `react to a comment: ${work.content}`
  }
}
