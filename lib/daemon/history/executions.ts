/**
 * Keeps the history of attempts in the store in step with the state. An attempt may end because of an event that is not
 * about it (its agent exited, its machine was reset): the history learns of it by an `attempt.ended` of our own, which
 * changes nothing in the state any more.
 */
import { checkedId, type AttemptId } from '../../core/ids.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'

type Needs = Pick<Kernel, 'loop' | 'clock' | 'log' | 'store'>

export class Executions implements Part {
  readonly name = 'executions'
  readonly #context: Needs
  /** Those that the history has as running. */
  readonly #running: Set<AttemptId>
  #soon = false
  readonly follows: Followers = {
    'attempt.started': ({ attempt }) => void this.#running.add(attempt),
    'attempt.ended': ({ attempt }) => void this.#running.delete(attempt),
    'attempt.verified': ({ attempt }) => void this.#running.delete(attempt),
    // Any other proof than `done` ends it.
    'attempt.proved': ({ proof }) => {
      if (proof.outcome !== 'done') this.#settleSoon()
    },
    'tree.refused': () => this.#settleSoon(),
    'agent.exited': () => this.#settleSoon(),
    'agent.start_failed': () => this.#settleSoon(),
    'machine.reset': () => this.#settleSoon(),
    'layout.applied': () => this.#settleSoon(),
  }

  constructor(context: Needs) {
    this.#context = context
    const running = context.store.executions().filter(({ status }) => status === 'running')
    this.#running = new Set(running.map(({ attempt }) => checkedId<AttemptId>(attempt)))
  }

  start(): void {
    this.settle()
  }

  #settleSoon(): void {
    // Not from within the listener of another event.
    if (!this.#soon) setImmediate(() => this.settle())
    this.#soon = true
  }

  settle(): void {
    this.#soon = false
    const { loop, log } = this.#context
    for (const id of this.#running) {
      const attempt = loop.state.attempts.get(id)
      if (attempt === undefined || attempt.phase !== 'ended') continue
      this.#running.delete(id)
      try {
        loop.dispatch({
          type: 'attempt.ended',
          at: attempt.endedAt ?? this.#context.clock.now(),
          attempt: id,
          status: attempt.status ?? 'lost',
          reason: attempt.reason ?? 'it ended',
          screen: null,
        })
      } catch (error) {
        this.#running.add(id)
        log.warn({ err: error, attempt: id }, 'the end of an attempt was not written')
      }
    }
  }
}
