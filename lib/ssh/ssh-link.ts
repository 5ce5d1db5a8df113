import type { Duplex } from 'node:stream'
import { OrchestraError } from '../core/errors.js'
import { execFailed } from '../core/exec-error.js'
import type { HeldProcess } from '../exec/transport.js'
import { holdChannel } from './held-channel.js'
import { KeyRing } from './key-ring.js'
import type { LookUp } from './look-up.js'
import { openRoute } from './open-route.js'
import type { Route } from './open-route.js'
import { Reconnector } from './reconnector.js'
import { ReconnectingLink, sshEnvironment, type SshEnvironment } from './reconnecting-link.js'
import { Semaphore } from './semaphore.js'
import type { SshTarget } from './ssh-target.js'

export interface SshLinkOptions extends SshEnvironment {
  /** One for all links of a process, so that a passphrase is asked once. */
  readonly keyRing?: KeyRing
  /** How a process that has other things to do looks names up (`name-process.ts`). */
  readonly lookUp?: LookUp
}

/**
 * The control client and both shells stay open; one more is for what comes and goes. sshd counts these (MaxSessions, 10
 * unless somebody said otherwise); forwarded sockets it does not.
 */
const MAX_CHANNELS = 4
const CHANNEL_WAIT_MS = 5000
/** sshd counts a channel until the program behind it is gone, which is a little after the channel is. */
const ENDING_MS = 1000
const ENDING_PAUSE_MS = 50
const FORWARD_DEADLINE_MS = 10_000
const RTT_EVERY_MS = 5000

/** A machine over one multiplexed ssh2 connection that comes back by itself. */
export class SshLink extends ReconnectingLink<Route> {
  #rttMs: number | null = null
  #channels = new Semaphore(MAX_CHANNELS)
  /** When a channel was last closed, by `performance.now()`. */
  #closedAt = Number.NEGATIVE_INFINITY

  constructor(target: SshTarget, options: SshLinkOptions = {}) {
    const { shell, home } = sshEnvironment(options)
    const { keyRing = new KeyRing(), lookUp } = options
    super(
      target,
      new Reconnector(
        (signal, waits) => openRoute(target, { env: shell(), home, keyRing, lookUp, waits }, signal),
        (route) => this.#opened(route),
      ),
    )
  }

  get rttMs(): number | null {
    return this.#rttMs
  }

  stop(): Promise<void> {
    const route = this.link.stop()
    route?.client.end()
    route?.destroy()
    return Promise.resolve()
  }

  async hold(argv: readonly string[]): Promise<HeldProcess> {
    for (;;) {
      const route = this.mustBeUp()
      const channels = this.#channels
      // The only one is a shell that stays open: nobody gives it back.
      const release = await channels.acquire(channels.limit < 2 ? ENDING_MS : CHANNEL_WAIT_MS)
      if (release === undefined) {
        throw this.#noChannel(channels.limit)
      }
      if (this.link.connection !== route) {
        release()
        throw this.away()
      }
      const { client, onLost } = route
      try {
        const held = await holdChannel(argv, { client, onLost, name: this.target.host, release })
        void held.closed.then(() => (this.#closedAt = performance.now()))
        return held
      } catch (error) {
        if (!isChannelLimit(error)) throw error
        if (performance.now() - this.#closedAt > ENDING_MS) {
          // This server allows fewer than others: from now on wait for one of those that it does allow.
          if (channels.taken > 0) channels.setLimit(channels.taken)
          throw error
        }
      }
      await new Promise((resolve) => setTimeout(resolve, ENDING_PAUSE_MS))
    }
  }

  forward(socketPath: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const { client, onLost } = this.mustBeUp()
      const where = `${socketPath} on ${this.target.host}`
      const fail = (why: string, cause?: unknown) => {
        settle()
        reject(execFailed(`cannot reach ${where}: ${why}`, { delivered: 'not_sent', cause }))
      }
      const settle = () => {
        clearTimeout(timer)
        unsubscribe()
      }
      const timer = setTimeout(() => fail('no answer'), FORWARD_DEADLINE_MS)
      const unsubscribe = onLost(() => fail('the connection was lost'))
      try {
        client.openssh_forwardOutStreamLocal(socketPath, (error, channel) => {
          if (error !== undefined) return fail('nobody listens there, or sshd does not allow it', error)
          settle()
          // Of no use to a caller who has heard of an error already; harmless to the others.
          channel.on('error', () => undefined)
          channel.once(
            'close',
            onLost(() => channel.destroy()),
          )
          resolve(channel)
        })
      } catch (cause) {
        fail('not connected', cause)
      }
    })
  }

  #opened(route: Route): void {
    this.#channels = new Semaphore(MAX_CHANNELS)
    const measure = setInterval(() => this.#measure(route), RTT_EVERY_MS)
    route.onLost(() => {
      clearInterval(measure)
      if (this.link.connection === undefined) this.#rttMs = null
    })
    this.#measure(route)
  }

  /** A global request that every server answers with "no" and that changes nothing. */
  #measure(route: Route): void {
    const sentAt = performance.now()
    try {
      route.client.unforwardIn('127.0.0.1', 9, () => {
        if (this.link.connection === route) this.#rttMs = Math.round((performance.now() - sentAt) * 10) / 10
      })
    } catch {
      // Lost just now: the loss is told.
    }
  }

  /** It may be busy for a moment; a server that allows fewer than we need is so for good. */
  #noChannel(limit: number): OrchestraError {
    const { host } = this.target
    const details = { delivered: 'not_sent', reason: 'channel_limit' } as const
    if (limit >= MAX_CHANNELS) return execFailed(`all channels to ${host} are in use`, details)
    const allowed = limit === 1 ? 'one session' : `${limit} sessions`
    return execFailed(`its sshd allows only ${allowed} on a connection`, {
      ...details,
      hint: `Set MaxSessions to ${MAX_CHANNELS} or more in sshd_config there, and restart sshd.`,
    })
  }
}

function isChannelLimit(error: unknown): boolean {
  return error instanceof OrchestraError && error.details['reason'] === 'channel_limit'
}
