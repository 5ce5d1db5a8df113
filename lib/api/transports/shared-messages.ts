/** What several clients are sent is made once. */
import type { StreamMessage } from '../../core/protocol/api.js'
import type { EventRow, StatusDocument } from '../../core/protocol/status.js'
import { missionEvents } from '../../core/protocol/mission-events.js'
import type { AgentId } from '../../core/ids.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Names } from './hello.js'

export interface StoredEvent {
  readonly seq: number
  readonly event: RunEvent
  readonly row: EventRow
}

/** Where it comes from. */
export interface MessageSource {
  settled(): Promise<void> | null
  status(): StatusDocument
  /** The first ones after that number, from the journal. */
  storedAfter(seq: number, limit: number): readonly StoredEvent[]
  /** The number of the last event that was told. */
  lastSeq(): number
  typeOf(agent: AgentId | null): string
  subscribe(listener: (message: StreamMessage) => void): () => void
}

export interface Batch {
  /** Everything up to this event is said by it. */
  readonly upTo: number
  readonly messages: readonly string[]
}

const STATUS_INTERVAL_MS = 250

export class SharedMessages {
  readonly source: MessageSource
  readonly #listeners = new Set<(what: 'event' | 'changed') => void>()
  #unsubscribe: (() => void) | undefined
  /** Of the last event that listeners were told. */
  lastTold = 0
  #batches = new Map<string, Batch>()
  #status: { readonly at: number; readonly text: string } | null = null

  constructor(source: MessageSource) {
    this.source = source
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#listeners.clear()
  }

  subscribe(listener: (what: 'event' | 'changed') => void): () => void {
    this.#listeners.add(listener)
    this.#unsubscribe ??= this.source.subscribe((message) => {
      if (message.event === 'event') {
        this.#batches.clear()
        this.lastTold = message.data.seq
      }
      for (const one of this.#listeners) one(message.event)
    })
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
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
    if (this.#batches.size > 64) this.#batches.clear()
    this.#batches.set(key, batch)
    return batch
  }

  #messagesOf({ seq, event, row }: StoredEvent, names: Names): string[] {
    if (names === 'ours') return [JSON.stringify(row)]
    return missionEvents(event, (agent) => this.source.typeOf(agent)).map((one) =>
      JSON.stringify({ seq, ...one }),
    )
  }

  /** The state, at most four times a second a new one. */
  status(type: 'status' | 'resync'): string {
    const now = performance.now()
    const seq = this.source.lastSeq()
    if (type === 'resync') return JSON.stringify({ seq, type, status: this.source.status() })
    if (this.#status === null || now - this.#status.at >= STATUS_INTERVAL_MS)
      this.#status = { at: now, text: JSON.stringify({ seq, type, status: this.source.status() }) }
    return this.#status.text
  }
}
