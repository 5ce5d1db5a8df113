/**
 * Shell lines that run on a machine under our launcher, in a window of their own: command tasks, verify, gates. A job
 * has a key; the launcher's start key makes it run once whatever happens to us or the link, its exit record tells how
 * it ended, and asking again with the same key only reads.
 */
import { isUnreachable } from '../../core/errors.js'
import type { CheckResult } from '../../core/run/events.js'
import { decodeExitRecord } from '../../core/protocol/agent-report.js'
import { safeLines } from '../../core/text/safe-lines.js'
import type { Millis } from '../../core/time.js'
import type { Host } from '../machines/host.js'
import { placedJob, type PlacedJob } from '../machines/job-name.js'
import {
  endJob,
  forgetJob,
  jobIsAlive,
  readJob,
  removeJob,
  settleJob,
  startJob,
  type JobRecord,
} from './host-jobs.js'
import type { JobOutputs } from './job-outputs.js'
import { programEnv } from '../machines/program-env.js'

export interface JobSpec {
  /** Unique for ever within the store: `<attempt>.run`, `<attempt>.verify-1`, `gate.<id>.<n>`. */
  readonly key: string
  readonly command: string
  readonly cwd: string | null
  readonly env: Readonly<Record<string, string>>
  readonly nonce: string
  readonly timeoutMs: Millis | null
}

export interface JobResult {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly timedOut: boolean
  /** The end of what it printed; sanitised. */
  readonly output: string
  /** All that was kept of it, as it came. */
  readonly raw: string
  readonly durationMs: Millis
}

const SHOWN_OUTPUT = 4096
/** The bell rings within milliseconds; this is for the ring that was lost. */
const LOOK_AGAIN_MS = 5000
/** After a look that failed, doubling. */
const TRY_AGAIN_MS = 300

export class Jobs {
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #session: string
  readonly #outputs: Pick<JobOutputs, 'keep' | 'forget'>

  constructor(session: string, outputs: Pick<JobOutputs, 'keep' | 'forget'>) {
    this.#session = session
    this.#outputs = outputs
  }

  /** The bell rang for the job of that name: whoever waits for it looks again. */
  rang(name: string): void {
    for (const look of this.#waiting.get(name) ?? []) look()
  }

  /** A machine is back: everybody looks again. */
  lookAgain(): void {
    for (const name of this.#waiting.keys()) this.rang(name)
  }

  /** Starts it unless it was started before. Resolves when its process exists, or ran. */
  async start(host: Host, spec: JobSpec): Promise<void> {
    await this.#start(placedJob(host, spec.key), spec)
  }

  /**
   * Waits for its exit record, over lost links too; null: the machine was reset and the job is gone without a record.
   * Rejects `unreachable` when the host was left for another connection, which has to be asked then.
   */
  ended(host: Host, { key, nonce }: Pick<JobSpec, 'key' | 'nonce'>): Promise<JobResult | null> {
    return this.#ended(placedJob(host, key), nonce)
  }

  /** Its processes are ended, what it printed is kept. @returns the pids that live on. */
  end(host: Host, key: string): Promise<readonly number[]> {
    const job = placedJob(host, key)
    return endJob(job, () => this.#outputs.keep(job))
  }

  /** It was ended, or is gone, and no record will come: keeps what it had printed, and removes its files. */
  async giveUp(host: Host, key: string): Promise<void> {
    const job = placedJob(host, key)
    await this.#outputs.keep(job)
    await removeJob(job)
    this.#outputs.forget(key)
  }

  /** Its result is in the journal. */
  async forget(host: Host, key: string): Promise<void> {
    await forgetJob(placedJob(host, key))
    this.#outputs.forget(key)
  }

  /** Its record stays until `forget`, to be called when the result is in the journal. */
  async run(host: Host, spec: JobSpec): Promise<JobResult | null> {
    const job = placedJob(host, spec.key)
    await this.#start(job, spec)
    return this.#ended(job, spec.nonce)
  }

  isAwaited(name: string): boolean {
    return this.#waiting.has(name)
  }

  /** Commands one after the other until one fails; all results so far. null: the machine was reset meanwhile. */
  async check(host: Host, specs: readonly JobSpec[]): Promise<readonly CheckResult[] | null> {
    const results: CheckResult[] = []
    for (const spec of specs) {
      const result = await this.run(host, spec)
      if (result === null) return null
      const ok = result.exitCode === 0
      const note = result.timedOut ? '(time is up)\n' : ''
      results.push({
        command: spec.command,
        ok,
        exitCode: result.exitCode,
        output: `${note}${result.output}`,
        durationMs: result.durationMs,
      })
      if (!ok) break
    }
    return results
  }

  async #start(job: PlacedJob, spec: JobSpec): Promise<void> {
    await startJob(job, {
      session: this.#session,
      nonce: spec.nonce,
      argv: ['sh', '-c', spec.command],
      env: { ...programEnv(job.host), ...spec.env },
      cwd: spec.cwd,
      timeoutMs: spec.timeoutMs,
      capture: true,
    })
  }

  async #ended(job: PlacedJob, nonce: string): Promise<JobResult | null> {
    const { host, name } = job
    for (let failures = 0; ;) {
      const next = this.#nextLook(name)
      try {
        const found = await this.#look(job, nonce)
        if (found !== 'running') return found
        failures = 0
      } catch (error) {
        if (!isUnreachable(error) || host.isLeft) throw error
        // Unknown is not an end: we ask again, at the latest when the host is back.
        const wait = TRY_AGAIN_MS * 2 ** failures++
        if (wait < LOOK_AGAIN_MS) setTimeout(() => this.rang(name), wait)
      }
      await next
    }
  }

  #nextLook(name: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? new Set()
      this.#waiting.set(name, waiting)
      const timer = setTimeout(look, LOOK_AGAIN_MS)
      const all = this.#waiting
      function look(): void {
        clearTimeout(timer)
        waiting.delete(look)
        if (waiting.size === 0) all.delete(name)
        resolve()
      }
      waiting.add(look)
    })
  }

  async #look(job: PlacedJob, nonce: string): Promise<JobResult | 'running' | null> {
    const found = await readJob(job)
    if (found.exit === null) return (await jobIsAlive(job)) ? 'running' : this.#lastLook(job, nonce)
    return this.#resultOf(job, found, nonce)
  }

  /** The window is gone: its launcher was killed, and what it ran may live. Never before that is over is it lost. */
  async #lastLook(job: PlacedJob, nonce: string): Promise<JobResult | 'running' | null> {
    await settleJob(job)
    return this.#resultOf(job, await readJob(job), nonce)
  }

  /** What it printed is kept before anybody hears of its end. */
  async #resultOf(job: PlacedJob, found: JobRecord, nonce: string): Promise<JobResult | null> {
    await this.#outputs.keep(job, found.isWhole ? found.output : undefined)
    if (found.exit === null) return null
    const output = found.output.toString('utf8')
    const decoded = decodeExitRecord(found.exit, { agent: job.name, generation: 1, nonce })
    if (!decoded.ok) {
      const why = `its exit record cannot be believed: ${decoded.reason}`
      return { exitCode: null, signal: null, timedOut: false, output: why, raw: '', durationMs: 0 }
    }
    const record = decoded.value
    // Its launcher was killed: the watcher ended what was left, and nobody knows how it would have ended.
    if (record.exitCode === null) return null
    return {
      exitCode: record.exitCode,
      signal: record.signal,
      timedOut: record.timedOut,
      raw: output,
      output: safeLines(output.slice(-2 * SHOWN_OUTPUT)).slice(-SHOWN_OUTPUT),
      durationMs: Math.max(0, record.endedAt - record.startedAt),
    }
  }
}
