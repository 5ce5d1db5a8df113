import { randomBytes } from 'node:crypto'
import type { OrchestraError } from '../core/errors.js'
import { execFailed, unreachable } from '../core/exec-error.js'
import { FrameReader } from './frame-reader.js'
import { SHELL_ARGV, frameMarks, shellCommandText } from './shell-command.js'
import type { ShellCommand } from './shell-command.js'
import type { HeldProcess, Link } from './transport.js'

export interface ShellResult {
  readonly stdout: Buffer
  /** The last 4 KB. */
  readonly stderr: string
  readonly exitCode: number
}

export interface LaneRequest extends ShellCommand {
  readonly timeoutMs: number
  /** Reads wait in a queue of their own: however many there are, whoever acts gets his turn. */
  readonly purpose: LanePurpose
  /** How long it may keep the others waiting once it runs; null: no limit of its own. */
  readonly busyMs: number | null
  readonly maxBytes: number
}

export type LanePurpose = 'act' | 'read'

interface Job {
  readonly request: LaneRequest
  readonly nonce: string
  readonly reader: FrameReader
  readonly resolve: (result: ShellResult) => void
  readonly reject: (error: OrchestraError) => void
  timer: NodeJS.Timeout | undefined
  busyTimer: NodeJS.Timeout | undefined
  sent: boolean
  stdout: { readonly output: Buffer; readonly exitCode: number } | undefined
  stderr: Buffer
}

const STDERR_BYTES = 4096
/** Of each purpose. */
const MAX_WAITING = 256
const OTHER: Readonly<Record<LanePurpose, LanePurpose>> = { act: 'read', read: 'act' }

/** One long-lived `sh` and the commands that wait for it, one at a time, in turns by purpose. Opens at first use and after each loss. */
export class ShellLane {
  readonly #link: Link
  readonly #queues: Readonly<Record<LanePurpose, Job[]>> = { act: [], read: [] }
  #turn: LanePurpose = 'act'
  #current: Job | undefined
  #held: HeldProcess | undefined

  constructor(link: Link) {
    this.#link = link
  }

  run(request: LaneRequest): Promise<ShellResult> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues[request.purpose]
      if (queue.length >= MAX_WAITING) {
        reject(
          execFailed('too many commands wait for this host', { delivered: 'not_sent', reason: 'queue_full' }),
        )
        return
      }
      const nonce = randomBytes(16).toString('hex')
      const reader = new FrameReader(nonce, request.maxBytes)
      const job: Job = {
        request,
        nonce,
        reader,
        resolve,
        reject,
        timer: undefined,
        busyTimer: undefined,
        sent: false,
        stdout: undefined,
        stderr: Buffer.alloc(0),
      }
      job.timer = setTimeout(() => this.#expire(job), request.timeoutMs)
      queue.push(job)
      void this.#pump()
    })
  }

  close(): void {
    this.#drop(unreachable('the shell was closed', { delivered: 'unknown', reason: 'closed' }))
    for (const job of [...this.#queues.act.splice(0), ...this.#queues.read.splice(0)]) {
      this.#settle(job, unreachable('the shell was closed', { delivered: 'not_sent', reason: 'closed' }))
    }
  }

  async #pump(): Promise<void> {
    if (this.#current !== undefined) return
    const job = this.#queues[this.#turn].shift() ?? this.#queues[OTHER[this.#turn]].shift()
    if (job === undefined) return
    this.#turn = OTHER[job.request.purpose]
    this.#current = job
    try {
      this.#held ??= await this.#open()
    } catch (error) {
      if (this.#current === job) this.#finish(job, error as OrchestraError)
      return
    }
    // The deadline or `close` may have come while the shell opened.
    if (this.#current !== job) return
    job.sent = true
    this.#held.stdin.write(shellCommandText(job.request, job.nonce))
  }

  async #open(): Promise<HeldProcess> {
    const held = await this.#link.hold(SHELL_ARGV)
    held.stdout.on('data', (chunk: Buffer) => {
      if (this.#held === held) this.#onStdout(chunk)
    })
    held.stderr.on('data', (chunk: Buffer) => {
      if (this.#held === held) this.#onStderr(chunk)
    })
    const lost = () => {
      if (this.#held !== held) return
      const text = 'the shell on the host ended before it answered'
      const tail = held.stderrTail().trim()
      this.#drop(
        unreachable(tail === '' ? text : `${text}: ${tail}`, { delivered: 'unknown', reason: 'lost' }),
      )
    }
    held.stdout.once('end', lost)
    void held.closed.then(lost)
    return held
  }

  #onStdout(chunk: Buffer): void {
    const job = this.#current
    if (job === undefined || !job.sent || job.stdout !== undefined) return
    const progress = job.reader.push(chunk)
    if (progress.type !== 'done') this.#limit(job)
    switch (progress.type) {
      case 'more':
        return
      case 'started':
        if (job.request.stdin !== null && job.request.stdin.length > 0) {
          this.#held?.stdin.write(job.request.stdin)
        }
        return
      case 'done':
        job.stdout = progress
        this.#answer(job)
        return
      case 'overflow': {
        const limit = job.request.maxBytes
        const details = {
          delivered: 'unknown',
          reason: 'output_limit',
          details: { maxBytes: limit },
        } as const
        this.#drop(execFailed(`the command printed more than ${limit} bytes`, details))
        return
      }
      case 'garbled':
        this.#drop(
          execFailed(`the shell did not run the command: ${job.stderr.toString('utf8').trim()}`, {
            delivered: 'unknown',
            reason: 'garbled',
          }),
        )
    }
  }

  /** The time that a script may take begins when the host has it: a slow link is not counted. */
  #limit(job: Job): void {
    const { busyMs } = job.request
    if (busyMs === null || job.busyTimer !== undefined || !job.reader.hasStarted) return
    job.busyTimer = setTimeout(() => {
      if (job !== this.#current) return
      const text = `not done ${busyMs} ms after it began`
      this.#drop(execFailed(text, { delivered: 'unknown', reason: 'deadline' }))
    }, busyMs)
  }

  #onStderr(chunk: Buffer): void {
    const job = this.#current
    if (job === undefined || !job.sent) return
    job.stderr = Buffer.concat([job.stderr, chunk]).subarray(-2 * STDERR_BYTES)
    this.#answer(job)
  }

  /** Both streams must have come to the end mark: what stands after it belongs to the next command. */
  #answer(job: Job): void {
    if (job.stdout === undefined) return
    const mark = job.stderr.indexOf(frameMarks(job.nonce).end)
    if (mark === -1) return
    const stderr = job.stderr.subarray(Math.max(0, mark - STDERR_BYTES), mark).toString('utf8')
    this.#finish(job, { stdout: job.stdout.output, exitCode: job.stdout.exitCode, stderr })
  }

  #expire(job: Job): void {
    const waited = `within ${job.request.timeoutMs} ms`
    if (job === this.#current && job.sent) {
      this.#drop(execFailed(`no answer ${waited}`, { delivered: 'unknown', reason: 'deadline' }))
      return
    }
    const error = execFailed(`the host was not free ${waited}`, { delivered: 'not_sent', reason: 'deadline' })
    const queue = this.#queues[job.request.purpose]
    const at = queue.indexOf(job)
    if (at !== -1) queue.splice(at, 1)
    if (job === this.#current) this.#finish(job, error)
    else this.#settle(job, error)
  }

  /** Gives up this `sh`; the command that it ran gets the error, the waiting ones get a new `sh`. */
  #drop(error: OrchestraError): void {
    const held = this.#held
    this.#held = undefined
    held?.kill()
    held?.stdout.resume()
    if (this.#current !== undefined) this.#finish(this.#current, error)
  }

  #finish(job: Job, outcome: ShellResult | OrchestraError): void {
    this.#current = undefined
    this.#settle(job, outcome)
    void this.#pump()
  }

  #settle(job: Job, outcome: ShellResult | OrchestraError): void {
    clearTimeout(job.timer)
    clearTimeout(job.busyTimer)
    if (outcome instanceof Error) job.reject(outcome)
    else job.resolve(outcome)
  }
}
