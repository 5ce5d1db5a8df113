/**
 * A machine over the ssh program of this machine, for what ssh2 cannot do: certificates, security keys, GSSAPI,
 * ProxyCommand, post-quantum key exchange. One connection, shared by its sessions; behind the same port as ssh2.
 */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { RawEnvironment } from '../core/environment/environment.js'
import { execFailed } from '../core/exec-error.js'
import { holdChild } from '../exec/local-child.js'
import type { HeldProcess } from '../exec/transport.js'
import { controlArgs, sessionArgs } from './openssh-args.js'
import { openMaster, type OpensshMaster } from './openssh-master.js'
import { Reconnector } from './reconnector.js'
import { ReconnectingLink, sshEnvironment, type SshEnvironment } from './reconnecting-link.js'
import { Semaphore } from './semaphore.js'
import { lost, quietLine, skipNoise } from './skip-noise.js'
import { sshConfigFile } from './ssh-config-reader.js'
import type { SshTarget } from './ssh-target.js'

/** As over ssh2; the connection itself takes one more of what sshd counts. */
const MAX_SESSIONS = 4
const SESSION_WAIT_MS = 5000
const CONTROL_DEADLINE_MS = 10_000
/** ssh's own failures; a program may end with it, too. */
const SSH_FAILED = 255

export class OpensshLink extends ReconnectingLink<OpensshMaster> {
  readonly #env: () => RawEnvironment
  readonly #sessions = new Semaphore(MAX_SESSIONS)
  #forwards = 0

  constructor(target: SshTarget, options: SshEnvironment = {}) {
    const { shell, home } = sshEnvironment(options)
    const env = () => ({ ...shell(), HOME: home })
    super(
      target,
      new Reconnector((signal) => {
        const config = sshConfigFile(shell(), home)
        // Without -F ssh looks into the home of the passwd entry, whatever HOME says.
        return openMaster(target, existsSync(config) ? config : null, env(), signal)
      }),
    )
    this.#env = env
  }

  get rttMs(): number | null {
    return this.link.connection?.rttMs() ?? null
  }

  stop(): Promise<void> {
    this.link.stop()?.destroy()
    return Promise.resolve()
  }

  async hold(argv: readonly string[]): Promise<HeldProcess> {
    this.mustBeUp()
    const release = await this.#sessions.acquire(SESSION_WAIT_MS)
    if (release === undefined) {
      throw execFailed(`all sessions to ${this.target.host} are in use`, {
        delivered: 'not_sent',
        reason: 'channel_limit',
      })
    }
    try {
      const master = this.mustBeUp()
      const mark = randomBytes(12).toString('hex')
      const args = sessionArgs(this.target, master.socket, quietLine(argv, mark))
      const child = spawn('ssh', args, { cwd: '/', env: { ...this.#env() }, stdio: 'pipe', detached: true })
      const answers = () => this.#control(master, 'check')
      const held = knownEnd(holdChild(child), master, answers)
      void held.closed.then(release)
      try {
        await skipNoise(held, Buffer.from(`${mark}\n`), { name: this.target.host, onLost: master.onLost })
        return held
      } catch (error) {
        held.kill()
        if (master.isLost()) throw lost(this.target.host)
        if (!/session|mux/i.test(held.stderrTail())) throw error
        throw execFailed(`${this.target.host} allows no further session`, {
          delivered: 'not_sent',
          reason: 'channel_limit',
          cause: error,
          hint: 'Its sshd has a low MaxSessions; `transport: openssh` needs 5 or more.',
        })
      }
    } catch (error) {
      release()
      throw error
    }
  }

  async forward(socketPath: string): Promise<Duplex> {
    const master = this.mustBeUp()
    const { host } = this.target
    const own = join(master.dir, `f${(this.#forwards += 1)}`)
    const word = `${own}:${socketPath}`
    await this.#control(master, 'forward', '-L', word)
    const close = () => void this.#control(master, 'cancel', '-L', word).catch(() => undefined)
    const stream = connect(own)
    return new Promise((resolve, reject) => {
      stream.once('connect', () => {
        // Listening ends at once; the stream that is open goes on.
        close()
        stream.once(
          'close',
          master.onLost(() => stream.destroy()),
        )
        stream.on('error', () => undefined)
        resolve(stream)
      })
      stream.once('error', (cause) => {
        close()
        reject(
          execFailed(`cannot reach ${socketPath} on ${host}: ${cause.message}`, {
            delivered: 'not_sent',
            cause,
          }),
        )
      })
    })
  }

  #control(master: OpensshMaster, ...words: readonly string[]): Promise<void> {
    const args = controlArgs(this.target, master.socket, ...words)
    return new Promise((resolve, reject) => {
      execFile(
        'ssh',
        args,
        { env: { ...this.#env() }, timeout: CONTROL_DEADLINE_MS },
        (cause, _out, stderr) => {
          if (cause === null) return resolve()
          const why = stderr.trim().split('\n').at(-1) ?? cause.message
          reject(
            execFailed(`ssh refused to ${words[0]} on ${this.target.host}: ${why}`, {
              delivered: 'not_sent',
              cause,
            }),
          )
        },
      ).stdin?.end()
    })
  }
}

/** A session that ended because its connection did says nothing about the program: a connection that is there still answers. */
function knownEnd(held: HeldProcess, master: OpensshMaster, answers: () => Promise<void>): HeldProcess {
  const unknown = { exitCode: null, signal: null }
  const closed = held.closed.then(async (end) => {
    if (end.exitCode !== SSH_FAILED && end.signal === null) return end
    if (master.isLost() || /mux|Connection .*closed|Broken pipe/i.test(held.stderrTail())) return unknown
    return answers().then(
      () => end,
      () => unknown,
    )
  })
  return { ...held, closed }
}
