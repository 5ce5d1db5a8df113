/** The protocol files (contract §5): always whole, always what the store says, written soon after it changed. */
import { messageOf } from '../core/errors.js'
import { agentStatus, resultRecord, taskQueue } from '../core/protocol/queue-files.js'
import { renderReport } from '../core/run/report.js'
import type { TaskId } from '../core/ids.js'
import type { AttemptRecord, RunState } from '../core/run/state.js'
import type { Millis } from '../core/time.js'
import { ProtocolFiles } from '../store/protocol-files.js'
import type { Logger } from './log.js'

/** Soon enough for `watch`, rare enough for a thousand events a second. */
const INTERVAL_MS = 200
/** So often is looked whether another program wrote into our files. */
const CHECK_MS = 1000
/** Of a big run not every file is looked at each time. */
const FILES_A_CHECK = 100
const RETRY_MS = 2000
/** Writing all files costs too much above this to be done at every end. */
const MANY_TASKS = 500

export class Projections {
  #files: ProtocolFiles | null = null
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Immediate | undefined
  #check: NodeJS.Timeout | undefined
  /** The last finished attempt of each task whose result is written. */
  readonly #results = new Map<TaskId, AttemptRecord>()
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
    this.#results.clear()
    this.#check ??= setInterval(() => this.#checkFiles(), CHECK_MS).unref()
    this.changed()
  }

  close(): void {
    clearInterval(this.#check)
    this.#check = undefined
    this.flush()
  }

  /** What others wrote there is put right. While nobody did, nothing is reckoned anew. */
  #checkFiles(): void {
    if (this.#files === null || !this.#files.findAltered(FILES_A_CHECK)) return
    this.#results.clear()
    if (this.#timer === undefined) this.flush()
  }

  changed(): void {
    if (this.#files === null) return
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL_MS)
  }

  /** Something ended: who hears of it from us and then reads the files finds it there. */
  ended(): void {
    if (this.#files === null || this.#state.tasks.size > MANY_TASKS) return this.changed()
    this.#soon ??= setImmediate(() => this.flush())
  }

  flush(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#soon)
    this.#timer = undefined
    this.#soon = undefined
    if (this.#files === null) return
    try {
      this.#write(this.#files)
      this.problem = null
    } catch (error) {
      this.problem = messageOf(error)
      this.#log.warn({ err: error }, 'the protocol files were not written')
      // A full disk has space again some day.
      this.#timer = setTimeout(() => this.flush(), RETRY_MS)
    }
  }

  #write(files: ProtocolFiles): void {
    const state = this.#state
    // A result before the queue that calls its task done: who reads both never misses one.
    for (const [id, task] of state.tasks) {
      const last = task.attempts.findLast((attempt) => state.attempts.get(attempt)?.phase === 'ended')
      const record = last === undefined ? undefined : state.attempts.get(last)
      if (record === undefined || this.#results.get(id) === record) continue
      const result = resultRecord(state, id)
      if (result !== undefined) files.writeResult(result)
      this.#results.set(id, record)
    }
    files.writeQueue(taskQueue(state))
    for (const id of state.agents.keys()) {
      const status = agentStatus(state, id)
      if (status !== undefined) files.writeAgentStatus(status)
    }
    if (state.phase === 'finished') files.writeReport(renderReport(state, state.finishedAt ?? this.#now()))
  }
}
