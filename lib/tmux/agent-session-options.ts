import type { SessionName } from '../core/ids.js'
import type { ControlLink, TmuxAddress } from './control-client.js'
import type { ShellRunner } from './shell-runner.js'

export interface AgentSessionOptions extends TmuxAddress {
  readonly link: ControlLink
  readonly shell: ShellRunner
  readonly session: SessionName
  /** Short id of the store, `[A-Za-z0-9]`. */
  readonly storeId: string
  /** Of the daemon that owns the session now. */
  readonly generation: string
  /** Absolute path of our own directory on that machine; made 0700 if it is missing. */
  readonly dir: string
  readonly historyLimit?: number
  /** The file in `dir` that says which server is ours. */
  readonly note?: string
}
