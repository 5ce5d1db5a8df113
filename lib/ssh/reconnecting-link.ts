/** What a machine over ssh is by either transport: a connection that comes back by itself, and words for when it is away. */
import { homedir } from 'node:os'
import type { Duplex } from 'node:stream'
import type { RawEnvironment } from '../core/environment/environment.js'
import type { OrchestraError } from '../core/errors.js'
import { unreachable } from '../core/exec-error.js'
import type { HeldProcess, Link, LinkState } from '../exec/transport.js'
import type { Connection, Reconnector } from './reconnector.js'
import type { SshTarget } from './ssh-target.js'

export interface SshEnvironment {
  /** Where `.ssh` is, and `~` of local paths. Default: HOME of `env`, else of this user. */
  readonly home?: string
  /** For SSH_AUTH_SOCK and the ssh binary; a function is asked at each attempt. Default: this process's own. */
  readonly env?: RawEnvironment | (() => RawEnvironment)
}

/** The shell from which ssh is asked now, and its home. */
export function sshEnvironment({ env = process.env, home }: SshEnvironment): {
  readonly shell: () => RawEnvironment
  readonly home: string
} {
  const shell = typeof env === 'function' ? env : () => env
  return { shell, home: home ?? shell()['HOME'] ?? homedir() }
}

export abstract class ReconnectingLink<C extends Connection> implements Link {
  readonly kind = 'ssh'
  protected readonly target: SshTarget
  protected readonly link: Reconnector<C>

  constructor(target: SshTarget, link: Reconnector<C>) {
    this.target = target
    this.link = link
  }

  abstract get rttMs(): number | null
  abstract stop(): Promise<void>
  abstract hold(argv: readonly string[]): Promise<HeldProcess>
  abstract forward(socketPath: string): Promise<Duplex>

  get state(): LinkState {
    return this.link.state
  }

  onChange(listener: (state: LinkState) => void): () => void {
    return this.link.onChange(listener)
  }

  start(): void {
    this.link.start()
  }

  protected mustBeUp(): C {
    const { connection } = this.link
    if (connection === undefined) throw this.away()
    return connection
  }

  protected away(): OrchestraError {
    const { state } = this
    const why = 'reason' in state ? `: ${state.reason}` : ` (${state.status})`
    return unreachable(`${this.target.host} is not connected${why}`, {
      delivered: 'not_sent',
      ...('hint' in state && state.hint !== null ? { hint: state.hint } : {}),
    })
  }
}
