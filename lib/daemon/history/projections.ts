/** The protocol files (contract §5): always whole, always what the store says, written soon after it changed. */
import type { ReportRecord } from '../../core/reports/records.js'
import { messageOf } from '../../core/errors.js'
import {
  AgentStatusFiles,
  type AgentStatusFile,
  resultRecord,
  taskQueue,
} from '../../core/protocol/queue-files.js'
import { renderReport } from '../../core/run/rows/report.js'
import type { TaskId } from '../../core/ids.js'
import type { RunEvent } from '../../core/run/events.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { Millis } from '../../core/time.js'
import { ProtocolFiles } from '../../store/protocol-files.js'
import type { Logger } from '../kernel/log.js'
import type { Loop } from '../kernel/loop.js'
import type { Part } from '../kernel/part.js'

/** Soon enough for `watch`, rare enough for a thousand events a second. */
const INTERVAL_MS = 200
/** So often is looked whether another program wrote into our files. */
const CHECK_MS = 1000
/** Of a big run not every file is looked at each time. */
const FILES_A_CHECK = 100
const RETRY_MS = 2000
/** Writing all files costs too much above this to be done at every end. */
const MANY_TASKS = 500

const ENDS: ReadonlySet<RunEvent['type']> = new Set(['attempt.verified', 'attempt.ended', 'run.finished'])

type ItsLoop = Pick<Loop, 'state' | 'settled' | 'storeProblem'>

export class Projections implements Part {
  readonly name = 'projections'
  readonly facts: Pick<LiveFacts, 'storeProblem'> = {
    storeProblem: () => this.#loop.storeProblem ?? this.#problem,
  }
  #files: ProtocolFiles | null = null
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Immediate | undefined
  #check: NodeJS.Timeout | undefined
  #isWaiting = false
  /** The last finished attempt of each task whose result is written. */
  readonly #results = new Map<TaskId, AttemptRecord>()
  readonly #agents = new AgentStatusFiles()
  readonly #loop: ItsLoop
  readonly #now: () => Millis
  readonly #log: Logger
  /** For the person: why the files are old. */
  #problem: string | null = null

  constructor(loop: ItsLoop, now: () => Millis, log: Logger) {
    this.#loop = loop
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

  follow(event: RunEvent): void {
    if (ENDS.has(event.type)) this.ended()
    else this.changed()
  }

  stop(): void {
    clearInterval(this.#check)
    this.#check = undefined
    this.flush()
  }

  /** A store that is slow has confirmed the last events only now. */
  async close(): Promise<void> {
    const gate = this.#loop.settled()
    if (gate === null) return
    await gate
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
    if (this.#files === null || this.#loop.state.tasks.size > MANY_TASKS) return this.changed()
    this.#soon ??= setImmediate(() => this.flush())
  }

  flush(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#soon)
    this.#timer = undefined
    this.#soon = undefined
    if (this.#files === null) return
    const gate = this.#loop.settled()
    if (gate === null) return this.#write(this.#files, this.#rendered())
    // Rendered now, written when it is durable; what changes until then comes after.
    if (this.#isWaiting) return this.changed()
    this.#isWaiting = true
    const [files, rendered] = [this.#files, this.#rendered()]
    gate
      .then(() => files === this.#files && this.#write(files, rendered))
      // It never becomes durable: the daemon ends.
      .catch(() => {})
      .finally(() => (this.#isWaiting = false))
  }

  #write(files: ProtocolFiles, rendered: Rendered): void {
    try {
      writeAll(files, rendered, this.#results)
      this.#problem = null
    } catch (error) {
      this.#problem = messageOf(error)
      this.#log.warn({ err: error }, 'the protocol files were not written')
      // A full disk has space again some day.
      this.#timer = setTimeout(() => this.flush(), RETRY_MS)
    }
  }

  /** Of the folded state, as it is now. */
  #rendered(): Rendered {
    const { state } = this.#loop
    const results: Rendered['results'][number][] = []
    for (const [id, task] of state.tasks) {
      const last = task.attempts.findLast((attempt) => state.attempts.get(attempt)?.phase === 'ended')
      const record = last === undefined ? undefined : state.attempts.get(last)
      if (record !== undefined && this.#results.get(id) !== record)
        results.push({ id, record, result: resultRecord(state, id) })
    }
    return {
      results,
      queue: taskQueue(state),
      made: state.reporting.latest,
      agents: this.#agents.of(state),
      report: state.phase === 'finished' ? renderReport(state, state.finishedAt ?? this.#now()) : null,
    }
  }
}

interface Rendered {
  readonly made: readonly ReportRecord[]
  readonly results: readonly {
    readonly id: TaskId
    readonly record: AttemptRecord
    readonly result: ReturnType<typeof resultRecord>
  }[]
  readonly queue: ReturnType<typeof taskQueue>
  readonly agents: readonly AgentStatusFile[]
  readonly report: string | null
}

function writeAll(
  files: ProtocolFiles,
  { results, queue, agents, report, made }: Rendered,
  written: Map<TaskId, AttemptRecord>,
): void {
  // A result before the queue that calls its task done: who reads both never misses one.
  for (const { id, record, result } of results) {
    if (result !== undefined) files.writeResult(result)
    written.set(id, record)
  }
  files.writeQueue(queue)
  for (const status of agents) files.writeAgentStatus(status)
  if (report !== null) files.writeReport(report)
  for (const { kind, text } of made) files.writeMade(kind, text)
}
