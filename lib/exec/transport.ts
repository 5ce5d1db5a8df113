/**
 * The one port between orchestra and a machine: local and remote differ only behind it.
 * `local-link.ts` runs child processes here; `ssh/` runs channels of one ssh2 connection there.
 */
import type { Duplex, Readable, Writable } from 'node:stream'

/** A long-lived process on the machine, without a terminal. Ends when its stdin ends (programs are chosen so). */
export interface HeldProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Already flowing, so that nothing stalls; add a `data` listener right after `hold` to see it. */
  readonly stderr: Readable
  /** The last 4 KB of stderr, for messages. */
  readonly stderrTail: () => string
  /** Resolves once, when the process or its channel is gone. `exitCode` null: unknown (link lost). */
  readonly closed: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>
  /** Closes stdin and the channel; locally also SIGTERM after a grace. */
  kill(): void
}

export type LinkState =
  | { readonly status: 'idle' } // not started, or stopped
  | { readonly status: 'connecting'; readonly attempt: number }
  | { readonly status: 'up'; readonly since: number }
  /** Tries again by itself at `retryAt`. */
  | {
      readonly status: 'down'
      readonly reason: string
      readonly hint: string | null
      readonly retryAt: number
    }
  /** Will not try again before `start()` is called anew: authentication, host key, bad configuration. */
  | { readonly status: 'failed'; readonly reason: string; readonly hint: string | null }

export interface Link {
  readonly kind: 'local' | 'ssh'
  readonly state: LinkState
  /** Round trip of the last probe, milliseconds; null before the first. */
  readonly rttMs: number | null
  /** Called after each change of `state`. Returns the function that unsubscribes. */
  onChange(listener: (state: LinkState) => void): () => void
  start(): void
  stop(): Promise<void>
  /** Rejects with an OrchestraError(kind 'unreachable', details.delivered: Delivered) when the link is not up. argv, never a shell line: quoting is the implementation's. */
  hold(argv: readonly string[]): Promise<HeldProcess>
  /** A stream to a UNIX socket on that machine. */
  forward(socketPath: string): Promise<Duplex>
}
