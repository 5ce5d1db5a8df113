/**
 * What several clients are sent is made once, and the state at most four times a second for all of them: whole, as often as
 * the sum of what is sent allows, or what has changed of it since the last time.
 */
import type { StreamMessage } from '../../core/protocol/api.js'
import { statusChanges } from '../../core/protocol/status-changes.js'
import type { EventRow, StatusDocument } from '../../core/protocol/status.js'
import { missionEvents, type MissionFacts } from '../../core/protocol/mission-events.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Names } from './hello.js'
import { Message } from './message.js'
import { Throttle } from './throttle.js'

export interface StoredEvent {
  readonly seq: number
  readonly event: RunEvent
  readonly row: EventRow
}

/** Where it comes from. */
export interface MessageSource extends MissionFacts {
  /** The messages of this source, made with the first client of any door. */
  readonly told: { messages?: SharedMessages }
  /** Null: what was folded until now is durable. Else it goes out when this resolves; rejected, it does not. */
  settled(): Promise<void> | null
  status(): StatusDocument
  /** The first ones after that number, from the journal. */
  storedAfter(seq: number, limit: number): readonly StoredEvent[]
  /** The number of the last event of the journal. */
  lastSeq(): number
  subscribe(listener: (message: StreamMessage) => void): () => void
}

export interface Batch {
  /** Everything up to this event is said by it. */
  readonly upTo: number
  readonly messages: readonly Message[]
}

/** Four redraws a second are what a person can use. */
const STATUS_INTERVAL_MS = 250
/** Of all who are sent the whole state together. */
const WHOLE_BYTES_A_SECOND = 1024 * 1024
const MAX_WHOLE_INTERVAL_MS = 3000
const MAX_BATCHES = 64

/** `status`: there is another state; `changes`: the same, as often as changes are told. */
export type Told = 'event' | 'status' | 'changes'

/** The state that was told last. */
interface State {
  /** Counts the states that were told. */
  readonly number: number
  readonly document: StatusDocument
  readonly whole: Message
  /** What makes it of the state before; null: only the whole state does. */
  readonly changes: Message | null
}

/** Returns the messages that all doors to this source share. */
export function sharedMessages(source: MessageSource): SharedMessages {
  return (source.told.messages ??= new SharedMessages(source))
}

export class SharedMessages {
  readonly source: MessageSource
  readonly #listeners = new Map<(what: Told) => void, { readonly isWhole: boolean }>()
  #unsubscribe: (() => void) | undefined
  /** Of the last event that listeners were told. */
  lastTold = 0
  readonly #batches = new Map<string, Batch>()
  #state: State | null = null
  #wholeBytes = 0
  readonly #look = new Throttle(
    () => STATUS_INTERVAL_MS,
    () => this.#lookAgain(),
  )
  readonly #whole = new Throttle(
    () => this.#wholeIntervalMs(),
    () => this.#tell('status'),
  )

  constructor(source: MessageSource) {
    this.source = source
  }

  /** @param isWhole it is sent whole states */
  subscribe(listener: (what: Told) => void, isWhole: boolean): () => void {
    this.#listeners.set(listener, { isWhole })
    this.#unsubscribe ??= this.source.subscribe((message) => this.#heard(message))
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#rest()
    }
  }

  /** The last listener has left. */
  #rest(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#look.stop()
    this.#whole.stop()
    this.#state = null
    this.#batches.clear()
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

  /** The state as it was when readers were last told that there is another one. */
  status(): State {
    return this.#state ?? this.#advance()
  }

  /** For one that has just come: nobody has seen its ages. */
  statusNow(): State {
    this.#lookAgain()
    return this.status()
  }

  /** In place of events that are too far back. */
  resync(): Message {
    return this.#messageOf('resync', this.source.status())
  }

  /** Nothing is told where nothing has changed. */
  #lookAgain(): void {
    const before = this.#state?.number
    if (this.#advance().number === before) return
    this.#tell('changes')
    this.#whole.want()
  }

  #advance(): State {
    const before = this.#state
    const document = this.source.status()
    if (before?.document === document) return before
    const changes = before === null ? 'other' : statusChanges(before.document, document)
    // A new time is no news: who has the state before may go on from either.
    if (changes === null && before !== null)
      return (this.#state = { ...before, document, whole: this.#messageOf('status', document) })
    return (this.#state = {
      number: (before?.number ?? 0) + 1,
      document,
      whole: this.#messageOf('status', document),
      changes: changes === 'other' || changes === null ? null : this.#messageOf('changes', changes),
    })
  }

  #messageOf(kind: 'status' | 'changes' | 'resync', value: object): Message {
    return new Message(kind, this.source.lastSeq(), () => JSON.stringify(value))
  }

  #heard(message: StreamMessage): void {
    if (message.event !== 'event') return this.#look.want()
    this.#batches.clear()
    this.lastTold = message.data.seq
    this.#tell('event')
  }

  #wholeIntervalMs(): number {
    const readers = [...this.#listeners.values()].filter(({ isWhole }) => isWhole).length
    // What was made waits for the store, and was not sent yet.
    this.#wholeBytes = (this.#state?.whole.bytes ?? 0) || this.#wholeBytes
    const ms = (readers * this.#wholeBytes * 1000) / WHOLE_BYTES_A_SECOND
    return Math.min(Math.max(ms, STATUS_INTERVAL_MS), MAX_WHOLE_INTERVAL_MS)
  }

  #tell(what: Told): void {
    for (const one of this.#listeners.keys()) one(what)
  }

  #messagesOf({ seq, event, row }: StoredEvent, names: Names): Message[] {
    if (names === 'ours') return [new Message('event', seq, () => JSON.stringify(row))]
    return missionEvents(event, this.source).map(
      (one) => new Message('event', seq, () => JSON.stringify({ seq, ...one })),
    )
  }
}
