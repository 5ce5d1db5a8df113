/**
 * What of the run is written to one repository: compares what should stand there with the outbox whenever the run changes,
 * and posts what a person asks for.
 */
import { OrchestraError } from '../../../core/errors.js'
import { gateCode } from '../../../core/github/gate-code.js'
import { isCreation, keyOf, type OutboxRow, type Work } from '../../../core/github/outbox-row.js'
import type { OutboxCounts } from '../../../core/github/rows.js'
import { sayWork } from '../../../core/github/say-work.js'
import { wantedWrites } from '../../../core/github/wanted-writes.js'
import { issueOf, type Wanted } from '../../../core/github/writing-place.js'
import { askedId, type TaskId } from '../../../core/ids.js'
import { FACTS } from '../../../store/facts.js'
import { Outbox } from '../outbox/outbox.js'
import { Bindings } from './bindings.js'
import { WriterLease } from './writer-lease.js'
import { demandMirror, type WritingNeeds } from './needs.js'

/** Between a change of the run and what follows from it here: changes come in bursts. */
const LOOK_MS = 200

export class Writing {
  readonly outbox: Outbox
  readonly bindings: Bindings
  readonly #needs: WritingNeeds
  readonly #lease: WriterLease
  #leaseTimer: NodeJS.Timeout | undefined
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
    this.#lease = new WriterLease({
      client,
      pace,
      now: () => kernel.clock.now(),
      where: needs.where,
      store: kernel.store.id,
      session: () => kernel.loop.state.layout?.session ?? 'orchestra',
    })
    this.bindings = new Bindings(needs, () => this.outbox)
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
      issueOf: (subject) => this.bindings.issueOf(subject),
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

  /** Another orchestra writes there, so that this one only reads; null: none does. */
  get readsOnly(): string | null {
    const { other } = this.#lease
    if (other === null) return null
    const until = new Date(other.until).toISOString().slice(0, 16)
    return `another orchestra writes there (session ${other.session || '?'}, store ${other.store || '?'}, until ${until}Z): this one only reads`
  }

  /** Why nothing is written; null: it is. */
  get whyHeld(): string | null {
    return (
      this.#whyNever ??
      this.readsOnly ??
      (this.#lease.mayWrite ? null : 'whether another orchestra writes there is being asked')
    )
  }

  get #whyNever(): string | null {
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
    const { readsOnly } = this
    const reason = readsOnly === null ? this.outbox.holdReason : null
    const first = this.outbox.rows.find(({ state }) => state === 'refused')
    return [
      ...(readsOnly === null ? [] : [readsOnly]),
      ...(reason === null ? [] : [`what is to be written waits: ${reason}`]),
      ...(refused === 0
        ? []
        : [`${refused} not written; the first, ${first?.key ?? ''}: ${first?.reason ?? 'refused'}`]),
    ]
  }

  start(): void {
    this.#isStopped = false
    if (this.#needs.spec.mode === 'mirror') {
      this.outbox.start()
      this.#keepLease()
    }
    this.changed()
  }

  /** What takes a request, when the daemon ends in order. */
  async leave(): Promise<void> {
    await this.#lease.release()
  }

  #keepLease(): void {
    const again = () => {
      if (!this.#isStopped) this.#leaseTimer = setTimeout(() => this.#keepLease(), this.#needs.pace.tickMs)
    }
    const { identity, client, kernel } = this.#needs
    const isKnown = identity() !== null && client.theirNow !== null && this.#whyNever === null
    if (!isKnown) return again()
    const before = this.whyHeld
    this.#lease
      .turn(this.counts.pending + this.counts.uncertain > 0)
      .then(() => {
        if (this.whyHeld !== before) kernel.changed()
      })
      .catch((error: unknown) => kernel.log.warn({ err: error }, 'who writes to GitHub is not known'))
      .finally(again)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    clearTimeout(this.#leaseTimer)
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

  /** A report that a person asked for. @returns the number of its issue. */
  post(kind: string, subject: string | null, markdown: string): number {
    demandMirror(this.#needs, 'posting')
    const issue = this.master
    if (issue === null) throw this.#noIssue()
    const at = this.#needs.kernel.clock.now()
    const name = [kind, ...(subject === null ? [] : [subject]), 'asked', at].join('/')
    this.outbox.enqueue({ kind: 'comment', subject: name, issue, body: markdown, folds: null })
    return issue
  }

  /** Of what is addressed to GitHub: it is written as the run's state wants it, and once. Throws where it would never be. */
  demandPost(id: string | null): void {
    demandMirror(this.#needs, 'posting')
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
      const makesMail = isCreation({ work, remote: row?.remote ?? null })
      return [{ key, says: sayWork(work), makesMail }]
    })
  }

  #wanted(): readonly Wanted[] {
    const { kernel, spec, zone, milestone, milestones } = this.#needs
    const { state } = kernel.loop
    return wantedWrites(state, {
      spec,
      master: this.master,
      milestone: milestone(),
      milestones: milestones(),
      since: this.#since,
      now: kernel.clock.now(),
      zone: state.layout?.timezone ?? zone(),
      gateCode,
    })
  }

  #look(): void {
    // A binding that a crash kept from the journal.
    for (const row of this.outbox.rows) if (row.state === 'sent') this.bindings.bind(row)
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
    this.bindings.bind(row)
    this.bindings.closed(row)
    this.changed()
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
