import { OrchestraError } from '../core/errors.js'
import { ShellLane } from './shell-lane.js'
import type { LanePurpose, LaneRequest, ShellResult } from './shell-lane.js'
import type { Link } from './transport.js'

export type { ShellResult } from './shell-lane.js'

export interface RunOptions {
  /** Positional parameters of the script, `$1`…; quoted here. */
  readonly args?: readonly string[]
  /** The script's stdin, any bytes, complete before the script starts. Without it: /dev/null. */
  readonly stdin?: Buffer
  /** From the call on, waiting included. Default 10 000. */
  readonly timeoutMs?: number
  /** What only looks says `read`, and delays nobody who acts. Default `act`. */
  readonly purpose?: LanePurpose
  /** From the moment on when the host has the whole script. Default: `timeoutMs` alone counts. */
  readonly busyMs?: number
  /** Of stdout. Default 1 MB. */
  readonly maxBytes?: number
  /** `bulk`: a second `sh`, so that slow or big answers delay no quick command. Default `quick`. */
  readonly lane?: 'quick' | 'bulk'
}

/**
 * Commands on a machine over at most two long-lived `sh`, opened when first needed and again after a loss.
 * A script runs in a subshell in HOME; `exit`, syntax errors and noise of rc files do it no harm. When a deadline or
 * a limit is passed the whole process group of that `sh` ends: nothing long may be left to a script but by tmux.
 *
 * `run` resolves with any exit status. It rejects with an OrchestraError whose `details.delivered` says how far the
 * command got and whose `details.reason` is `lost` or `closed` (kind `unreachable`: nobody refused it), `deadline`,
 * `output_limit`, `queue_full`, `garbled` (kind `failed`), or that of the link.
 */
export class Shell {
  readonly #quick: ShellLane
  readonly #bulk: ShellLane
  /** This sshd allows no second shell. Forgotten when the link changes. */
  #oneLane = false
  readonly #unsubscribe: () => void

  constructor(link: Link) {
    this.#quick = new ShellLane(link)
    this.#bulk = new ShellLane(link)
    this.#unsubscribe = link.onChange(() => {
      this.#oneLane = false
    })
  }

  async run(script: string, options: RunOptions = {}): Promise<ShellResult> {
    const request: LaneRequest = {
      script,
      args: options.args ?? [],
      stdin: options.stdin ?? null,
      timeoutMs: options.timeoutMs ?? 10_000,
      purpose: options.purpose ?? 'act',
      busyMs: options.busyMs ?? null,
      maxBytes: options.maxBytes ?? 1024 * 1024,
    }
    if (options.lane !== 'bulk' || this.#oneLane) return this.#quick.run(request)
    try {
      return await this.#bulk.run(request)
    } catch (error) {
      if (!(error instanceof OrchestraError) || error.details['reason'] !== 'channel_limit') throw error
      this.#oneLane = true
      return this.#quick.run(request)
    }
  }

  /** As `run`, but any other exit status than 0 is an error (kind `failed`, delivered `answered`). */
  async must(script: string, options: RunOptions = {}): Promise<Buffer> {
    const { stdout, stderr, exitCode } = await this.run(script, options)
    if (exitCode === 0) return stdout
    throw new OrchestraError(this.whyFailed(stderr.trim(), exitCode), {
      kind: 'failed',
      details: { delivered: 'answered', exitCode },
    })
  }

  protected whyFailed(stderr: string, exitCode: number): string {
    return `exit status ${exitCode}: ${stderr || '(no message)'}`
  }

  /** Ends both shells; what runs is rejected. A later `run` opens them anew. */
  close(): void {
    this.#quick.close()
    this.#bulk.close()
  }

  dispose(): void {
    this.#unsubscribe()
    this.close()
  }
}
