/**
 * A store whose writes become durable later, as one behind a network's: SQLite with a commit that waits first. What was taken
 * and is not yet committed is lost with the process.
 */
import { OrchestraError } from '../../lib/core/errors.js'
import type { RunEvent } from '../../lib/core/run/events.js'
import type { Fact } from '../../lib/store/facts.js'
import { GroupCommit } from '../../lib/store/group-commit.js'
import type { ExecutionsQuery } from '../../lib/store/executions.js'
import type { EventQuery, Facts, SessionStore } from '../../lib/store/port.js'
import { operationsOf, promptEnd, type Receipt } from '../../lib/store/receipts.js'

type Write =
  | { readonly events: readonly RunEvent[]; readonly durable: boolean }
  | { readonly apply: (inner: SessionStore) => void }

export interface DelayedOptions {
  /** Before each commit; rejects: this one fails. */
  readonly before: () => Promise<void>
  readonly retryMs?: number
}

/** Another has the lease: what waits is never written. */
export function leaseLost(): OrchestraError {
  return new OrchestraError('another has the lease', { kind: 'failed', details: { store: 'lost' } })
}

const isLost = (error: unknown) => error instanceof OrchestraError && error.details['store'] === 'lost'

export class DelayedStore implements SessionStore {
  readonly facts: DelayedFacts
  /** Of each commit: how many events it brought. */
  readonly commits: number[] = []
  readonly #inner: SessionStore
  readonly #group: GroupCommit<Write>
  /** seq of the last event of a write, with its position. */
  #places: { readonly seq: number; readonly position: number }[] = []
  #lastSeq: number
  #written = 0
  #isClosed = false

  constructor(inner: SessionStore, { before, retryMs = 20 }: DelayedOptions) {
    this.#inner = inner
    this.#lastSeq = inner.lastSeq
    this.#group = new GroupCommit<Write>({
      commit: async (writes) => {
        await before()
        if (!this.#isClosed) this.#write(writes)
      },
      retryMs,
      isLost,
    })
    this.facts = new DelayedFacts(inner.facts, (apply) => this.#add({ apply: (store) => apply(store.facts) }))
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  get problem(): string | null {
    return this.#group.problem
  }

  append(events: readonly RunEvent[], { durable = true }: { readonly durable?: boolean } = {}): number {
    if (events.length === 0) return this.#lastSeq
    const position = this.#add({ events, durable })
    this.#lastSeq += events.length
    this.#places.push({ seq: this.#lastSeq, position })
    this.facts.follow(events)
    return this.#lastSeq
  }

  durable(seq: number): Promise<void> | null {
    const place = this.#places.find((one) => one.seq >= seq)
    return place === undefined ? null : this.#group.durable(place.position)
  }

  settled(): Promise<void> | null {
    return this.#group.durable(this.#group.taken)
  }

  load(after?: number) {
    return this.#inner.load(after)
  }

  snapshots() {
    return this.#inner.snapshots()
  }

  /** In its turn: not before the events that are in it. */
  saveSnapshot(seq: number, state: string): void {
    this.#add({ apply: (inner) => inner.saveSnapshot(seq, state) })
  }

  writers() {
    return this.#inner.writers()
  }

  events(query?: EventQuery) {
    return this.#inner.events(query)
  }

  executions(only?: ExecutionsQuery) {
    return this.#inner.executions(only)
  }

  get id(): string {
    return this.#inner.id
  }

  get generation(): number {
    return this.#inner.generation
  }

  get driver(): string {
    return this.#inner.driver
  }

  get dir(): string {
    return this.#inner.dir
  }

  get backups() {
    return this.#inner.backups
  }

  integrityCheck(): string[] {
    return this.#inner.integrityCheck()
  }

  close(options?: { readonly isEnding?: boolean }): void {
    this.#isClosed = true
    this.#group.close()
    this.#inner.close(options)
  }

  #add(write: Write): number {
    if (this.#isClosed)
      throw new OrchestraError('the store is closed', { kind: 'failed', details: { store: 'io' } })
    return this.#group.add(write)
  }

  /** A commit that failed in the middle goes on from there: its writes come again, first of all. */
  #write(writes: readonly Write[]): void {
    let count = 0
    for (const part of partsOf(writes.slice(this.#written))) {
      const events = part.flatMap((write) => ('events' in write ? write.events : []))
      const durable = part.some((write) => 'events' in write && write.durable)
      if (events.length > 0) this.#inner.append(events, { durable })
      for (const write of part) if ('apply' in write) write.apply(this.#inner)
      this.#written += part.length
      count += events.length
    }
    this.#written = 0
    this.commits.push(count)
    this.#places = this.#places.filter(({ seq }) => seq > this.#inner.lastSeq)
  }
}

/** Events that follow each other are one transaction; each fact is one. */
function partsOf(writes: readonly Write[]): Write[][] {
  const parts: Write[][] = []
  for (const write of writes) {
    const last = parts.at(-1)
    if (last !== undefined && 'events' in write && last.every((one) => 'events' in one)) last.push(write)
    else parts.push([write])
  }
  return parts
}

/** What was written is read back before it is durable. */
class DelayedFacts implements Facts {
  readonly #inner: Facts
  readonly #write: (apply: (facts: Facts) => void) => void
  readonly #values = new Map<string, string | null>()
  readonly #receipts = new Map<string, Receipt>()

  constructor(inner: Facts, write: (apply: (facts: Facts) => void) => void) {
    this.#inner = inner
    this.#write = write
  }

  get<T>(fact: Fact<T>, id = ''): T | null {
    const mine = this.#values.get(`${fact.name}\0${id}`)
    if (mine === undefined) return this.#inner.get(fact, id)
    return mine === null ? null : (JSON.parse(mine) as T)
  }

  entries<T>(fact: Fact<T>): readonly (readonly [string, T])[] {
    const mine = [...this.#values.keys()].filter((key) => key.startsWith(`${fact.name}\0`))
    const ids = new Set([
      ...this.#inner.entries(fact).map(([id]) => id),
      ...mine.map((key) => key.slice(fact.name.length + 1)),
    ])
    return [...ids].toSorted().flatMap((id): [string, T][] => {
      const value = this.get(fact, id)
      return value === null ? [] : [[id, value]]
    })
  }

  set<T>(fact: Fact<T>, value: NoInfer<T>, id = ''): void {
    this.#write((facts) => facts.set(fact, value, id))
    this.#values.set(`${fact.name}\0${id}`, JSON.stringify(value))
  }

  delete(fact: Fact<unknown>, id = ''): void {
    this.#write((facts) => facts.delete(fact, id))
    this.#values.set(`${fact.name}\0${id}`, null)
  }

  receipt(operation: string): Receipt | null {
    return this.#receipts.get(operation) ?? this.#inner.receipt(operation)
  }

  openReceipts(): Receipt[] {
    const all = new Map(this.#inner.openReceipts().map((one) => [one.operation, one]))
    for (const [operation, one] of this.#receipts) all.set(operation, one)
    return [...all.values()].filter(({ state }) => state.phase !== 'settled').toSorted((a, b) => a.at - b.at)
  }

  noteSending(receipt: Omit<Receipt, 'state'>, generation: number): void {
    this.#write((facts) => facts.noteSending(receipt, generation))
    const { at } = this.receipt(receipt.operation) ?? receipt
    this.#receipts.set(receipt.operation, { ...receipt, at, state: { phase: 'sending', generation } })
  }

  problems(): string[] {
    return this.#inner.problems()
  }

  follow(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.type === 'message.queued' && this.receipt(event.operation) === null) {
        const { operation, agent, digest, at } = event
        this.#receipts.set(operation, { operation, agent, digest, at, state: { phase: 'waiting' } })
      } else if (event.type === 'message.settled') {
        const { operation, receipt: outcome, reason, at } = event
        const before = this.receipt(operation)
        if (before !== null)
          this.#receipts.set(operation, { ...before, at, state: { phase: 'settled', outcome, reason } })
      } else this.#settlePrompt(event)
    }
  }

  #settlePrompt(event: RunEvent): void {
    const end = promptEnd(event)
    if (end === null) return
    const [from, to] = operationsOf(end.attempt)
    const { outcome, reason } = end
    for (const open of this.openReceipts())
      if (open.operation >= from && open.operation < to)
        this.#receipts.set(open.operation, {
          ...open,
          at: event.at,
          state: { phase: 'settled', outcome, reason },
        })
  }
}
