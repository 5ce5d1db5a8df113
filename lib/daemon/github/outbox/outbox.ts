/**
 * Writes to GitHub what stands in its rows, one after the other: a row is durable before its request leaves, a request whose
 * answer was lost is looked for before it is sent again, and nothing is sent beyond what an hour and a run allow.
 */
import {
  isCreation,
  isReplaceable,
  newRow,
  type OutboxRow,
  type Work,
} from '../../../core/github/outbox-row.js'
import type { OutboxCounts } from '../../../core/github/rows.js'
import { sha256 } from '../../../core/text/sha256.js'
import { FACTS } from '../../../store/facts.js'
import { foldOld } from './fold-old.js'
import { lookUp, lookUpGroups } from './look-up.js'
import { Markers } from './markers.js'
import type { OutboxNeeds } from './port.js'
import { Quota } from './quota.js'
import { afterRestart, sendRow, textOf, whyNotSent, type Verdict } from './send-row.js'

export class Outbox {
  readonly #needs: OutboxNeeds
  readonly #markers: Markers
  readonly #quota: Quota
  readonly #rows = new Map<string, OutboxRow>()
  /** Rows that got an urgent newer text while the one before was on its way. */
  readonly #urgent = new Set<string>()
  readonly #waiting = new Map<string, ((row: OutboxRow | null | 'stopped') => void)[]>()
  #timer: NodeJS.Timeout | undefined
  #isWorking = false
  #isStopped = true
  /** Nothing is sent before: GitHub refuses everything. */
  #heldUntil = 0
  #holdReason: string | null = null

  constructor(needs: OutboxNeeds) {
    this.#needs = needs
    this.#markers = new Markers(needs.store.facts, needs.store.id)
    this.#quota = new Quota(needs)
    const mine = `${needs.machine}/`
    for (const [id, row] of needs.store.facts.entries(FACTS.githubOutbox))
      if (id.startsWith(mine)) this.#rows.set(row.key, afterRestart(row))
  }

  get rows(): readonly OutboxRow[] {
    return [...this.#rows.values()]
  }

  get counts(): OutboxCounts {
    const count = (...states: readonly OutboxRow['state'][]) =>
      this.rows.filter(({ state }) => states.includes(state)).length
    return { pending: count('pending', 'sending'), uncertain: count('uncertain'), refused: count('refused') }
  }

  /** Why rows wait that are due; null: none does. */
  get holdReason(): string | null {
    return this.counts.pending === 0 ? null : (this.#needs.held() ?? this.#holdReason)
  }

  row(key: string): OutboxRow | undefined {
    return this.#rows.get(key)
  }

  start(): void {
    this.#isStopped = false
    this.#wake(0)
  }

  /** What is under way stays `sending` in the store: whoever starts next looks for it. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    for (const key of this.#waiting.keys()) this.#tellEnd(key, 'stopped')
  }

  /** Of a row that is there: when it was sent or refused, dropped (null), or when nothing more is sent here. */
  ended(key: string): Promise<OutboxRow | null | 'stopped'> {
    const row = this.#rows.get(key)
    if (row === undefined) return Promise.resolve(null)
    if (isEnded(row)) return Promise.resolve(row)
    return new Promise((resolve) => this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]))
  }

  #tellEnd(key: string, end: OutboxRow | null | 'stopped'): void {
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    for (const tell of waiting) tell(end)
  }

  /**
   * The same thing is written once, however often it is asked for; a status or labels as they were wanted last. A status that
   * is not `urgent` waits until it was not edited for a while.
   */
  enqueue(work: Work, { urgent = false } = {}): void {
    const made = newRow(work, this.#needs.now())
    const known = this.#rows.get(made.key)
    if (known === undefined) this.#put(made)
    else if (!isReplaceable(work)) return
    else if (known.state === 'sending' || known.state === 'uncertain') {
      this.#put({ ...known, work })
      if (urgent) this.#urgent.add(made.key)
    } else if (known.state === 'sent' && known.shown === digestOf(work)) return
    else this.#put({ ...known, work, state: 'pending', notBefore: this.#dueAt(known, urgent), reason: null })
    this.#wake(0)
  }

  #dueAt({ work, state, sentAt, notBefore }: OutboxRow, urgent: boolean): number {
    const now = this.#needs.now()
    if (work.kind !== 'status' || sentAt === null || urgent) return now
    const due = Math.max(now, sentAt + this.#needs.pace.statusEveryMs)
    return state === 'pending' ? Math.min(due, notBefore) : due
  }

  /** A person says: try again. A creation that was refused is looked for first. @returns false: there is no such row, or it needs none. */
  retry(key: string): boolean {
    const row = this.#rows.get(key)
    if (row === undefined || row.state === 'sent' || row.state === 'sending') return false
    const isOpen = isCreation(row) && row.sentAt !== null
    this.#put({
      ...row,
      state: isOpen ? 'uncertain' : 'pending',
      missedAt: null,
      notBefore: this.#needs.now(),
      reason: null,
    })
    this.#heldUntil = 0
    this.#wake(0)
    return true
  }

  /** A person says: never. What was sent stays where it is. @returns false: there is no such row. */
  drop(key: string): boolean {
    const row = this.#rows.get(key)
    if (row === undefined || row.state === 'sending') return false
    this.#remove(key)
    return true
  }

  #remove(key: string): void {
    this.#rows.delete(key)
    this.#needs.store.facts.delete(FACTS.githubOutbox, this.#idOf(key))
    this.#tellEnd(key, null)
    this.#needs.changed()
  }

  #put(row: OutboxRow): void {
    this.#rows.set(row.key, row)
    this.#needs.store.facts.set(FACTS.githubOutbox, row, this.#idOf(row.key))
    if (isEnded(row)) this.#tellEnd(row.key, row)
    this.#needs.changed()
  }

  #idOf(key: string): string {
    return `${this.#needs.machine}/${key}`
  }

  #wake(ms: number): void {
    if (this.#isStopped) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#work(), ms)
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    try {
      while (!this.#isStopped && (await this.#step()));
    } catch (error) {
      this.#needs.failed(error)
    } finally {
      this.#isWorking = false
      this.#wake(this.#needs.pace.tickMs)
    }
  }

  /** @returns whether something was done, so that there may be more at once. */
  async #step(): Promise<boolean> {
    const { now, identity, repositoryId, held } = this.#needs
    const at = now()
    if (at < this.#heldUntil || held() !== null || identity() === null || repositoryId() === null)
      return false
    if (this.#needs.client.theirNow === null) return false
    for (const { row, dropped } of foldOld(this.rows, at, this.#needs.pace.foldAfterMs)) {
      this.#put(row)
      for (const key of dropped) this.#remove(key)
    }
    if (await this.#lookForUncertain(at)) return true
    const row = this.#nextDue(at)
    if (row === undefined) return false
    await this.#send(row)
    return true
  }

  #nextDue(at: number): OutboxRow | undefined {
    const due = this.rows
      .filter((row) => row.state === 'pending' && row.notBefore <= at && !this.#waitsForOthers(row))
      .toSorted((a, b) => a.createdAt - b.createdAt)
    if (due.length === 0) return undefined
    const allowed = due.find((row) => this.#quota.refusal(row, this.rows) === null)
    this.#holdReason = allowed === undefined ? this.#quota.refusal(due[0]!, this.rows) : null
    return allowed
  }

  /** Its text names the issues that it needs. */
  #waitsForOthers({ work }: OutboxRow): boolean {
    if (work.kind !== 'issue') return false
    const named = [...work.needs, ...(work.parent === undefined ? [] : [work.parent])]
    return named.some((one) => this.#needs.issueOf(one) === 'coming')
  }

  async #send(row: OutboxRow): Promise<void> {
    const { now, secrets, settled, client, repositoryId } = this.#needs
    const never = whyNotSent(row, secrets())
    if (never !== null) return this.#put({ ...row, state: 'refused', reason: never })
    const marker = this.#markers.make(repositoryId()!, row.key)
    const sending: OutboxRow = {
      ...row,
      state: 'sending',
      attempts: row.attempts + 1,
      sentAt: now(),
      sentAtTheirs:
        row.state === 'pending' && row.attempts > 0 && !isCreation(row) ? row.sentAtTheirs : client.theirNow,
      missedAt: null,
    }
    this.#put(sending)
    this.#quota.note(now())
    await settled()
    if (this.#isStopped) return
    const verdict = await sendRow(sending, marker, this.#needs)
    this.#settle(sending, verdict)
    await settled()
  }

  /** What was asked for meanwhile of the same thing is not forgotten. */
  #settle(sending: OutboxRow, verdict: Verdict): void {
    const { now } = this.#needs
    const { work } = this.#rows.get(sending.key) ?? sending
    const base = { ...sending, work }
    switch (verdict.state) {
      case 'sent':
        return this.#sent(base, { remote: verdict.remote, reason: verdict.reason }, digestOf(sending.work))
      case 'uncertain':
        return this.#put({
          ...base,
          state: 'uncertain',
          notBefore: now() + this.#needs.pace.lookAgainMs,
          reason: verdict.reason,
        })
      case 'refused':
        return this.#put({ ...base, state: 'refused', reason: verdict.reason })
      case 'lost':
        return this.#put({
          ...base,
          state: 'uncertain',
          remote: null,
          sentAtTheirs: 0,
          notBefore: now(),
          reason: verdict.reason,
        })
      case 'pending': {
        const { notBefore, reason, holdsAll } = verdict
        if (holdsAll) {
          this.#heldUntil = Math.max(this.#heldUntil, notBefore)
          this.#holdReason = reason
        }
        return this.#put({ ...base, state: 'pending', notBefore, reason })
      }
    }
  }

  #sent(row: OutboxRow, what: Pick<OutboxRow, 'remote' | 'reason'>, shown: string): void {
    const isNewer = isReplaceable(row.work) && digestOf(row.work) !== shown
    // Of one that was looked for nobody knows what was asked for before a restart.
    const isUrgent = this.#urgent.delete(row.key) || row.state === 'uncertain'
    const wait = row.work.kind === 'status' && !isUrgent ? this.#needs.pace.statusEveryMs : 0
    const notBefore = this.#needs.now() + wait
    const next: OutboxRow = { ...row, ...what, shown, state: isNewer ? 'pending' : 'sent', notBefore }
    this.#put(next)
    this.#needs.sent(next)
  }

  async #lookForUncertain(at: number): Promise<boolean> {
    const open = this.rows.filter(({ state, notBefore }) => state === 'uncertain' && notBefore <= at)
    const [group] = lookUpGroups(open)
    if (group === undefined) return false
    const { found, isWhole } = await lookUp(group, this.#markers, this.#needs)
    for (const before of group) {
      const row = this.#rows.get(before.key)
      if (row?.state !== 'uncertain') continue
      const remote = found.get(row.key)
      if (remote !== undefined) this.#sent(row, { remote, reason: null }, digestOfFound(row))
      else
        this.#put(
          isWhole ? this.#missed(row) : { ...row, notBefore: this.#needs.now() + this.#needs.pace.limitedMs },
        )
    }
    await this.#needs.settled()
    return true
  }

  /** Absent is what was missed twice, the second time long enough after its request left. */
  #missed(row: OutboxRow): OutboxRow {
    const { now, pace } = this.#needs
    const at = now()
    const isOld = at - (row.sentAt ?? 0) >= pace.absentAfterMs
    const isSecond = row.missedAt !== null && at - row.missedAt >= pace.lookAgainMs
    if (isOld && isSecond)
      return { ...row, state: 'pending', missedAt: null, notBefore: at, reason: 'it was not there, twice' }
    const oldAt = (row.sentAt ?? 0) + pace.absentAfterMs
    return {
      ...row,
      missedAt: row.missedAt ?? at,
      notBefore: Math.max(at + pace.lookAgainMs, row.missedAt === null ? 0 : oldAt),
    }
  }
}

function isEnded({ state }: OutboxRow): boolean {
  return state === 'sent' || state === 'refused'
}

function digestOf(work: Work): string {
  const { title, body } = textOf(work, '')
  return sha256(JSON.stringify([title, body, work.kind === 'labels' ? [work.add, work.remove] : null]))
}

/** What was found may be an older text: a status is written again then. */
function digestOfFound(row: OutboxRow): string {
  return row.work.kind === 'status' ? 'found' : digestOf(row.work)
}
