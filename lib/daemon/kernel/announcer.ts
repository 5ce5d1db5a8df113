/** Tells subscribers, the view and people what has changed: each document is made at once, and goes out when it is durable. */
import type { StreamMessage } from '../../core/protocol/api.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import type { Millis } from '../../core/time.js'
import type { Loop } from './loop.js'

/** No answer to `status` is older than this. */
const DOCUMENT_MS = 1000
/** So long after a change the state is made again: a big one costs more, and is made less often. */
const CHANGED_MS = 50
const MAX_CHANGED_MS = 250

export interface AnnouncerDeps {
  readonly loop: Pick<Loop, 'afterSettled'>
  readonly now: () => Millis
  readonly document: () => StatusDocument
  readonly show: (document: StatusDocument) => void
}

export class Announcer {
  readonly #deps: AnnouncerDeps
  readonly #listeners = new Set<(message: StreamMessage) => void>()
  #document: StatusDocument | null = null
  #documentAt: Millis = 0
  #timer: NodeJS.Timeout | undefined
  #rows = 0

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps
  }

  subscribe(listener: (message: StreamMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(message: StreamMessage): void {
    for (const listener of this.#listeners) listener(message)
  }

  /** Something that `status` shows has changed. */
  changed(): void {
    this.#document = null
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        this.tell({ event: 'changed' })
        const document = this.status()
        this.#rows = document.agents.length + document.tasks.length
        this.#deps.loop.afterSettled(() => this.#deps.show(document))
      },
      Math.min(Math.max(this.#rows, CHANGED_MS), MAX_CHANGED_MS),
    )
  }

  /** Of the folded state: who sends it on waits for `settled`. */
  status(): StatusDocument {
    const now = this.#deps.now()
    // A document that nothing has changed since is still true, but its ages and its `at` must not stand still.
    if (this.#document === null || now - this.#documentAt >= DOCUMENT_MS) {
      this.#document = this.#deps.document()
      this.#documentAt = now
    }
    return this.#document
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
