/**
 * Keeps the history of attempts in the store in step with the state. An attempt may end because of an event that is not
 * about it (its agent exited, its machine was reset): the history learns of it by an `attempt.ended` of our own, which
 * changes nothing in the state any more.
 */
import { checkedId, type AttemptId } from '../../core/ids.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'

type Needs = Pick<Kernel, 'loop' | 'clock' | 'log' | 'store'>

export class Executions implements Part {
  readonly name = 'executions'
  readonly #context: Needs
  /** Those that the history has as running. */
  readonly #running: Set<AttemptId>
  #soon = false

  constructor(context: Needs) {
    this.#context = context
    const running = context.store.executions().filter(({ status }) => status === 'running')
    this.#running = new Set(running.map(({ attempt }) => checkedId<AttemptId>(attempt)))
  }

  start(): void {
    this.settle()
  }

  follow(event: RunEvent): void {
    switch (event.type) {
      case 'attempt.started':
        this.#running.add(event.attempt)
        return
      case 'agent.exited':
      case 'agent.start_failed':
      case 'machine.reset':
      case 'layout.applied':
        // Not from within the listener of another event.
        if (!this.#soon) setImmediate(() => this.settle())
        this.#soon = true
        return
      case 'attempt.ended':
      case 'attempt.verified':
        this.#running.delete(event.attempt)
        return
      default:
    }
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
