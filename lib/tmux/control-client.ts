/**
 * One control-mode client over a held process. Commands are answered in order; notifications and replies reach their
 * listeners synchronously in stream order, so that a listener knows which output a reply already contains.
 */
import { randomBytes } from 'node:crypto'
import { OrchestraError } from '../core/errors.js'
import type { Delivered } from '../core/errors.js'
import type { HeldProcess } from '../exec/transport.js'
import { within } from '../exec/within.js'
import { ControlParser } from './protocol/control-parser.js'
import { splitConfirmed } from './protocol/confirmed.js'
import type { ControlMessage, Notification, Reply, ReplyMessage } from './protocol/messages.js'
import { encodeLine } from './protocol/quote.js'
import type { Command } from './protocol/quote.js'
import { exactSession } from './protocol/targets.js'

/** The part of the transport port that is needed here. */
export interface ControlLink {
  hold(argv: readonly string[]): Promise<HeldProcess>
}

export interface TmuxAddress {
  /** Absolute path of the binary on that machine. */
  readonly tmux: string
  /** Name for `-L`. */
  readonly socket: string
  /** Where sockets live on that machine; unset: what tmux there takes. */
  readonly tmuxTmpdir?: string
}

export type CloseCause =
  | { readonly cause: 'exit'; readonly reason: string | null }
  /** The link or the process ended without `%exit`. */
  | { readonly cause: 'lost'; readonly reason: string }
  /** The stream could not be believed any more; attach again. */
  | { readonly cause: 'desync'; readonly reason: string }
  | { readonly cause: 'closed'; readonly reason: string }

export interface CommandOptions {
  /** null: for as long as the client lives. */
  readonly timeoutMs?: number | null
  /** Called inside the stream, before any notification that follows the replies is delivered. */
  readonly onReplies?: (replies: readonly Reply[]) => void
}

interface Pending {
  readonly count: number
  readonly confirm: { readonly nonces: readonly string[]; readonly close: string } | null
  readonly label: string
  readonly replies: Reply[]
  settled: boolean
  resolve(replies: readonly Reply[]): void
  reject(error: OrchestraError): void
}

const TIMEOUT_MS = 10_000
/** Longer than a client of this machine can live that is asked to end, and then made to. */
const LEAVE_MS = 3000
const MAX_PENDING = 20_000
/** Taken from the stream in one turn of the event loop: a millisecond's work. */
const TURN_BYTES = 64 * 1024
const MAX_UNSENT_BYTES = 64 << 20

/** `tmux -u -L SOCKET …` with the socket directory in its environment if it is told. */
export function tmuxArgv(address: TmuxAddress, args: readonly string[]): string[] {
  const env = address.tmuxTmpdir === undefined ? [] : ['env', `TMUX_TMPDIR=${address.tmuxTmpdir}`]
  return [...env, address.tmux, '-u', '-L', address.socket, ...args]
}

export class ControlClient {
  /** Resolves once, when no more messages will come. */
  readonly closed: Promise<CloseCause>
  readonly #process: HeldProcess
  readonly #parser: ControlParser
  readonly #pending: Pending[] = []
  readonly #listeners = new Set<(notification: Notification) => void>()
  #turnBytes = 0
  #heardAt = performance.now()
  #close: CloseCause | null = null
  #exitReason: string | null | undefined
  #resolveClosed: (cause: CloseCause) => void = () => {}
  #started: { resolve(): void; reject(error: OrchestraError): void } | null = null

  private constructor(process: HeldProcess) {
    this.#process = process
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve))
    this.#parser = new ControlParser((message) => this.#take(message))
    process.stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    process.stdout.on('error', () => {})
    // A broken pipe shows as the end of the process; it must not be an uncaught error.
    process.stdin.on('error', () => {})
    void process.closed.then(({ exitCode }) => this.#processEnded(exitCode))
  }

  /** Attaches to exactly that session. Rejects: unreachable (no server, no link), failed (no such session). */
  static attach(
    link: ControlLink,
    options: TmuxAddress & { readonly session: string; readonly flags?: readonly string[] },
  ): Promise<ControlClient> {
    const flags = options.flags ?? ['pause-after=5', 'ignore-size']
    const target = exactSession(options.session)
    return ControlClient.open(
      link,
      // -N: attaching would start a server with the user's configuration where none answers.
      tmuxArgv(options, ['-N', '-C', 'attach-session', '-t', target, '-f', flags.join(',')]),
    )
  }

  /**
   * Runs a tmux control client given as a whole argv (`tmux -u -L S -f CONF -C new-session …`). Resolves when tmux has
   * run the first command of it: lines that it read before would be run before.
   */
  static async open(link: ControlLink, argv: readonly string[]): Promise<ControlClient> {
    const client = new ControlClient(await link.hold(argv))
    await client.#start(TIMEOUT_MS)
    return client
  }

  /** When tmux last said anything, by the monotonic clock. */
  get heardAt(): number {
    return this.#heardAt
  }

  get isClosed(): boolean {
    return this.#close !== null
  }

  /** Every notification, synchronously, in order. Returns the function that unsubscribes. */
  onNotification(listener: (notification: Notification) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One command. Rejects with OrchestraError(failed) and tmux's words when tmux refuses it. */
  async command(command: Command, options: CommandOptions = {}): Promise<Reply> {
    const [reply] = await this.commands([command], options)
    return reply as Reply
  }

  /**
   * Several commands as one line: run in one step, stopped at the first that fails. Resolves with one reply for each;
   * rejects with OrchestraError: `failed` (details: delivered 'answered', text, index), `unreachable` (details.delivered).
   * Commands that wait (`run-shell` without -b, `wait-for`, `if-shell`) break the accounting: never send them.
   */
  commands(commands: readonly Command[], options: CommandOptions = {}): Promise<readonly Reply[]> {
    return this.#send(commands, commands.length, encodeLine(commands), null, options)
  }

  /**
   * Like `commands`, for replies that hold what a pane printed: each stands between nonces, so that printed guards are
   * text, and nothing after them is believed before the closing nonce came. A few hundred microseconds dearer.
   */
  confirmed(commands: readonly Command[], options: CommandOptions = {}): Promise<readonly Reply[]> {
    const nonces = [makeNonce(), ...commands.map(makeNonce)]
    const close = makeNonce()
    const line: Command[] = [sayNonce(nonces[0] as string)]
    commands.forEach((command, i) => line.push(command, sayNonce(nonces[i + 1] as string)))
    // The closing nonce has its own line: it comes even if a command of the first line fails.
    const bytes = Buffer.concat([encodeLine(line), encodeLine([sayNonce(close)])])
    return this.#send(commands, commands.length, bytes, { nonces, close }, options)
  }

  /** Detaches: tmux ends the client when its stdin ends. */
  close(reason = 'closed by us'): void {
    this.#finish({ cause: 'closed', reason })
  }

  /**
   * Like `close`; resolves when the client's process is gone, or after a while. tmux tells the others only then that it
   * went, although it is in no list before: nobody may attach in between (see alone-on-server).
   */
  async leave(reason?: string): Promise<void> {
    this.close(reason)
    await within(LEAVE_MS, this.#process.closed)
  }

  /** One host that says a lot keeps nobody else waiting: what is over comes after all others had their turn. */
  #read(chunk: Buffer): void {
    const { stdout } = this.#process
    this.#heardAt = performance.now()
    if (this.#turnBytes === 0) {
      setImmediate(() => {
        this.#turnBytes = 0
        if (stdout.isPaused()) stdout.resume()
      })
    }
    this.#turnBytes += chunk.length
    if (this.#turnBytes >= TURN_BYTES) stdout.pause()
    this.#parser.push(chunk)
  }

  #send(
    commands: readonly Command[],
    count: number,
    bytes: Buffer,
    confirm: Pending['confirm'],
    options: CommandOptions,
  ): Promise<readonly Reply[]> {
    const label = String(commands[0]?.[0] ?? '')
    if (this.#close !== null) return Promise.reject(this.#lost(label, 'not_sent', this.#close.reason ?? ''))
    if (
      this.#pending.length >= MAX_PENDING ||
      this.#process.stdin.writableLength + bytes.length > MAX_UNSENT_BYTES
    )
      return Promise.reject(this.#lost(label, 'not_sent', 'too many commands are waiting for tmux'))
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs === undefined ? TIMEOUT_MS : options.timeoutMs
      const late = () => {
        // The entry stays: the late replies must still be counted.
        pending.reject(this.#lost(label, 'unknown', `no answer from tmux in ${timeoutMs} ms`))
      }
      const timer = timeoutMs === null ? undefined : setTimeout(late, timeoutMs)
      const settle = () => {
        if (pending.settled) return false
        pending.settled = true
        clearTimeout(timer)
        return true
      }
      const pending: Pending = {
        count,
        confirm,
        label,
        replies: [],
        settled: false,
        resolve: (replies) => {
          if (!settle()) return
          const failed = replies.findIndex((reply) => !reply.ok)
          if (failed !== -1)
            return reject(commandFailed(commands[failed] ?? [], failed, replies[failed] as Reply))
          options.onReplies?.(replies)
          resolve(replies)
        },
        reject: (error) => {
          if (settle()) reject(error)
        },
      }
      this.#pending.push(pending)
      this.#process.stdin.write(bytes)
    })
  }

  #take(message: ControlMessage): void {
    if (this.#close !== null) return
    if (message.type === 'reply') return this.#takeReply(message)
    if (message.type === 'raw') return this.#takeRaw(message.lines)
    if (message.type === 'desync') return this.#finish({ cause: 'desync', reason: message.reason })
    this.#notify(message)
    if (message.type === 'exit') {
      this.#exitReason = message.reason
      this.#finish({ cause: 'exit', reason: message.reason })
    }
  }

  #notify(notification: Notification): void {
    for (const listener of this.#listeners) listener(notification)
  }

  #takeReply(reply: ReplyMessage): void {
    // tmux fences its own start-up block too; flags 1 marks an answer to a command of ours.
    if (reply.flags === 0) {
      const started = this.#started
      this.#started = null
      if (reply.ok) started?.resolve()
      else
        started?.reject(
          new OrchestraError(`tmux: ${reply.body.toString('utf8')}`, {
            kind: 'failed',
            details: { delivered: 'answered', text: reply.body.toString('utf8') },
          }),
        )
      return
    }
    const pending = this.#pending[0]
    if (pending === undefined)
      return this.#finish({ cause: 'desync', reason: 'a reply that nobody asked for' })
    if (pending.confirm !== null) return this.#takeConfirmReply(pending, pending.confirm, reply)
    pending.replies.push(reply)
    if (!reply.ok || pending.replies.length === pending.count) {
      this.#pending.shift()
      pending.resolve(pending.replies)
    }
  }

  #takeConfirmReply(pending: Pending, confirm: NonNullable<Pending['confirm']>, reply: ReplyMessage): void {
    const text = reply.body.toString('latin1')
    if (reply.ok && text === confirm.nonces[0]) return this.#parser.collect(confirm.close)
    // A line that does not parse gives one error; its closing line is still to come.
    if (!reply.ok) return pending.resolve([reply])
    this.#pending.shift()
    if (text !== confirm.close) return this.#finish({ cause: 'desync', reason: 'a nonce was not answered' })
    pending.reject(this.#lost(pending.label, 'answered', 'the answer was not confirmed'))
  }

  #takeRaw(lines: readonly Buffer[]): void {
    const pending = this.#pending[0]
    if (pending?.confirm == null) return
    const { replies, rest } = splitConfirmed(lines, pending.confirm.nonces)
    if (replies === null) return this.#finish({ cause: 'desync', reason: 'a capture could not be confirmed' })
    pending.resolve(replies)
    if (this.#close === null) this.#parser.replay(rest)
  }

  async #start(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        this.#started = { resolve, reject }
        timer = setTimeout(
          () => reject(this.#lost('attach', 'unknown', `no answer from tmux in ${timeoutMs} ms`)),
          timeoutMs,
        )
      })
    } catch (error) {
      this.close('it did not start')
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #processEnded(exitCode: number | null): void {
    const words = this.#process.stderrTail().trim()
    const reason = words || (exitCode === null ? 'the link was lost' : `tmux ended with status ${exitCode}`)
    this.#finish(
      this.#exitReason === undefined
        ? { cause: 'lost', reason }
        : { cause: 'exit', reason: this.#exitReason },
    )
  }

  #finish(cause: CloseCause): void {
    if (this.#close !== null) return
    this.#close = cause
    this.#process.kill()
    const reason = cause.reason ?? 'tmux ended the client'
    this.#started?.reject(this.#lost('attach', 'unknown', reason))
    this.#started = null
    for (const pending of this.#pending.splice(0))
      pending.reject(this.#lost(pending.label, 'unknown', reason))
    this.#resolveClosed(cause)
  }

  #lost(label: string, delivered: Delivered, reason: string): OrchestraError {
    return new OrchestraError(`tmux ${label}: ${reason}`, {
      kind: 'unreachable',
      details: { command: label, delivered, reason },
    })
  }
}

function commandFailed(command: Command, index: number, reply: Reply): OrchestraError {
  const text = reply.body.toString('utf8')
  return new OrchestraError(`tmux ${String(command[0] ?? '')} failed: ${text}`, {
    kind: 'failed',
    details: { command: String(command[0] ?? ''), index, text, delivered: 'answered' satisfies Delivered },
  })
}

function makeNonce(): string {
  return `orc-${randomBytes(16).toString('hex')}`
}

function sayNonce(nonce: string): Command {
  return ['display-message', '-p', nonce]
}
