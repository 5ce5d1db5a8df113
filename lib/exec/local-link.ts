import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { RawEnvironment } from '../core/environment/environment.js'
import { execFailed, unreachable } from '../core/exec-error.js'
import { holdChild } from './local-child.js'
import type { HeldProcess, Link, LinkState } from './transport.js'

export interface LocalLinkOptions {
  /** What `~/` stands for and where processes start. Default: HOME of `env`, else of this user. */
  readonly home?: string
  /**
   * The whole environment of the processes; undefined values are left out. A function is asked at each start. Default:
   * this process's own.
   */
  readonly env?: RawEnvironment | (() => RawEnvironment)
}

/** This machine, behind the same port as a remote one. Up from `start()` to `stop()`. */
export class LocalLink implements Link {
  readonly kind = 'local'
  readonly rttMs = 0
  #state: LinkState = { status: 'idle' }
  readonly #listeners = new Set<(state: LinkState) => void>()
  readonly #held = new Set<HeldProcess>()
  readonly #env: () => RawEnvironment
  readonly #home: string

  constructor(options: LocalLinkOptions = {}) {
    const { env = process.env } = options
    this.#env = typeof env === 'function' ? env : () => env
    this.#home = options.home ?? this.#env()['HOME'] ?? homedir()
  }

  get state(): LinkState {
    return this.#state
  }

  onChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    if (this.#state.status !== 'up') this.#set({ status: 'up', since: Date.now() })
  }

  async stop(): Promise<void> {
    if (this.#state.status === 'idle') return
    this.#set({ status: 'idle' })
    const held = [...this.#held]
    for (const process of held) process.kill()
    await Promise.all(held.map((process) => process.closed))
  }

  async hold(argv: readonly string[]): Promise<HeldProcess> {
    this.#mustBeUp()
    const [program, ...args] = argv.map((word) => this.#expand(word))
    if (program === undefined) throw execFailed('nothing to run: empty argv', { delivered: 'not_sent' })
    const env = { ...this.#env(), HOME: this.#home }
    const child = spawn(program, args, { cwd: this.#home, env, stdio: 'pipe', detached: true })
    await spawned(child, program)
    const held = holdChild(child)
    this.#held.add(held)
    void held.closed.then(() => this.#held.delete(held))
    return held
  }

  async forward(socketPath: string): Promise<Duplex> {
    this.#mustBeUp()
    const socket = connect(this.#expand(socketPath))
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', (cause) =>
        reject(
          execFailed(`cannot connect to ${socketPath}: ${cause.message}`, { delivered: 'not_sent', cause }),
        ),
      )
    })
    return socket
  }

  #expand(word: string): string {
    if (word === '~') return this.#home
    return word.startsWith('~/') ? join(this.#home, word.slice(2)) : word
  }

  #mustBeUp(): void {
    if (this.#state.status !== 'up') {
      throw unreachable('the local link is not started', { delivered: 'not_sent' })
    }
  }

  #set(state: LinkState): void {
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}

const TMUX_HINT = 'Install tmux 3.2 or newer: the package is called tmux (apt, dnf, pacman, apk, brew).'

function spawned(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT'
      const why = isMissing ? 'there is no such program on PATH' : cause.message
      const hint = isMissing && program === 'tmux' ? TMUX_HINT : undefined
      reject(
        execFailed(`cannot start ${program}: ${why}`, {
          delivered: 'not_sent',
          cause,
          ...(hint === undefined ? {} : { hint }),
        }),
      )
    })
  })
}
