import type { AttemptId, TaskId } from '../../ids.js'
import type { RunIndex } from '../index/index-run.js'
import type { ExecutionOfTask, RunState } from '../state.js'

/** How many more tasks of each execution may begin during one decision (`max_workers`). */
export class ExecutionRoom {
  readonly #state: RunState
  readonly #live: Iterable<AttemptId>
  /** By execution; counted when the first of its tasks is looked at. */
  #busy: Map<string, number> | undefined

  constructor(state: RunState, { liveAttempts }: Pick<RunIndex, 'liveAttempts'>) {
    this.#state = state
    this.#live = liveAttempts
  }

  has(task: TaskId): boolean {
    const execution = this.#of(task)
    return execution === null || this.#count(execution) < execution.maxWorkers
  }

  take(task: TaskId): void {
    const execution = this.#of(task)
    if (execution === null) return
    const count = this.#count(execution) + 1
    this.#busy?.set(execution.id, count)
  }

  /** It has ended. */
  give(task: TaskId): void {
    const execution = this.#of(task)
    if (execution === null) return
    const count = this.#count(execution) - 1
    this.#busy?.set(execution.id, count)
  }

  #of(task: TaskId | undefined): ExecutionOfTask | null {
    return task === undefined ? null : (this.#state.tasks.get(task)?.execution ?? null)
  }

  #count({ id }: ExecutionOfTask): number {
    this.#busy ??= this.#countAll()
    return this.#busy.get(id) ?? 0
  }

  #countAll(): Map<string, number> {
    const busy = new Map<string, number>()
    for (const attempt of this.#live) {
      const execution = this.#of(this.#state.attempts.get(attempt)?.task)
      if (execution !== null) busy.set(execution.id, (busy.get(execution.id) ?? 0) + 1)
    }
    return busy
  }
}
