/** The protocol files (contract §5): always whole, always what the store says, written soon after it changed. */
import { agentStatus, resultRecord, taskQueue } from '../core/protocol/queue-files.js'
import { renderReport } from '../core/run/report.js'
import type { RunState } from '../core/run/state.js'
import type { Millis } from '../core/time.js'
import { ProtocolFiles } from '../store/protocol-files.js'
import type { Logger } from './log.js'

/** Soon enough for `watch`, rare enough for a thousand events a second. */
const INTERVAL_MS = 200
const RETRY_MS = 2000

export class Projections {
  #files: ProtocolFiles | null = null
  #timer: NodeJS.Timeout | undefined
  readonly #state: RunState
  readonly #now: () => Millis
  readonly #log: Logger
  /** For the person: why the files are old. */
  problem: string | null = null

  constructor(state: RunState, now: () => Millis, log: Logger) {
    this.#state = state
    this.#now = now
    this.#log = log
  }

  /** @throws OrchestraError(usage) for a directory that is not safely ours. */
  open(dir: string): void {
    this.#files = new ProtocolFiles(dir)
    this.changed()
  }

  changed(): void {
    if (this.#files === null) return
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL_MS)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#files === null) return
    try {
      this.#write(this.#files)
      this.problem = null
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error)
      this.#log.warn({ err: error }, 'the protocol files were not written')
      // A full disk has space again some day.
      this.#timer = setTimeout(() => this.flush(), RETRY_MS)
    }
  }

  #write(files: ProtocolFiles): void {
    const state = this.#state
    // A result before the queue that calls its task done: who reads both never misses one.
    for (const id of state.tasks.keys()) {
      const result = resultRecord(state, id)
      if (result !== undefined) files.writeResult(result)
    }
    files.writeQueue(taskQueue(state))
    for (const id of state.agents.keys()) {
      const status = agentStatus(state, id)
      if (status !== undefined) files.writeAgentStatus(status)
    }
    if (state.phase === 'finished') files.writeReport(renderReport(state, state.finishedAt ?? this.#now()))
  }
}
