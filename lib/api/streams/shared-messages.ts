/** What several clients are sent is made once, and the state at most four times a second for all of them. */
import type { StreamMessage } from '../../core/protocol/api.js'
import type { EventRow, StatusDocument } from '../../core/protocol/status.js'
import { missionEvents } from '../../core/protocol/mission-events.js'
import type { AgentId } from '../../core/ids.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Names } from './hello.js'
import { Message } from './message.js'

export interface StoredEvent {
  readonly seq: number
  readonly event: RunEvent
  readonly row: EventRow
}

/** Where it comes from. */
export interface MessageSource {
  /** Null: what was folded until now is durable. Else it goes out when this resolves; rejected, it does not. */
  settled(): Promise<void> | null
  status(): StatusDocument
  /** The first ones after that number, from the journal. */
  storedAfter(seq: number, limit: number): readonly StoredEvent[]
  /** The number of the last event of the journal. */
  lastSeq(): number
  typeOf(agent: AgentId | null): string
  subscribe(listener: (message: StreamMessage) => void): () => void
}

export interface Batch {
  /** Everything up to this event is said by it. */
  readonly upTo: number
  readonly messages: readonly Message[]
}

/** Four redraws a second are what a person can use. */
const STATUS_INTERVAL_MS = 250
const MAX_BATCHES = 64

export class SharedMessages {
  readonly source: MessageSource
  readonly #listeners = new Set<(what: 'event' | 'status') => void>()
  #unsubscribe: (() => void) | undefined
  /** Of the last event that listeners were told. */
  lastTold = 0
  readonly #batches = new Map<string, Batch>()
  /** null: something has changed since. */
  #status: Message | null = null
  #timer: NodeJS.Timeout | undefined
  #hasChanged = false

  constructor(source: MessageSource) {
    this.source = source
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#listeners.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#status = null
    this.#batches.clear()
  }

  subscribe(listener: (what: 'event' | 'status') => void): () => void {
    this.#listeners.add(listener)
    this.#unsubscribe ??= this.source.subscribe((message) => this.#heard(message))
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.stop()
    }
  }

  /** The next events after that number under these names; those who are at the same place share one. */
  after(seq: number, names: Names, limit: number): Batch {
    const key = `${names} ${seq}`
    const known = this.#batches.get(key)
    if (known !== undefined) return known
    const found = this.source.storedAfter(seq, limit)
    const batch: Batch = {
      upTo: found.at(-1)?.seq ?? seq,
      messages: found.flatMap((one) => this.#messagesOf(one, names)),
    }
    if (this.#batches.size > MAX_BATCHES) this.#batches.clear()
    this.#batches.set(key, batch)
    return batch
  }

  /** The state as it was when readers were last told that there is another one, or newer. */
  status(): Message {
    return (this.#status ??= this.#state('status'))
  }

  /** In place of events that are too far back. */
  resync(): Message {
    return this.#state('resync')
  }

  #state(kind: 'status' | 'resync'): Message {
    const document = this.source.status()
    return new Message(kind, this.source.lastSeq(), () => JSON.stringify(document))
  }

  #heard(message: StreamMessage): void {
    if (message.event === 'event') {
      this.#batches.clear()
      this.lastTold = message.data.seq
      return this.#tell('event')
    }
    this.#hasChanged = true
    if (this.#timer === undefined) this.#tick()
  }

  #tick(): void {
    this.#hasChanged = false
    this.#status = null
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#hasChanged) this.#tick()
    }, STATUS_INTERVAL_MS)
    this.#tell('status')
  }

  #tell(what: 'event' | 'status'): void {
    for (const one of this.#listeners) one(what)
  }

  #messagesOf({ seq, event, row }: StoredEvent, names: Names): Message[] {
    if (names === 'ours') return [new Message('event', seq, () => JSON.stringify(row))]
    return missionEvents(event, (agent) => this.source.typeOf(agent)).map(
      (one) => new Message('event', seq, () => JSON.stringify({ seq, ...one })),
    )
  }
}
