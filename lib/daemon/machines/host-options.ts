import type { RawEnvironment } from '../../core/environment/environment.js'
import type { SessionName } from '../../core/ids.js'
import type { Machine } from '../../core/layout/model.js'
import type { MachineState } from '../../core/words.js'
import type { Link } from '../../exec/transport.js'
import type { AgentSessionEvent } from '../../tmux/agent-session.js'
import type { EnsureResult } from '../../tmux/ensure-agent-session.js'
import type { AgentPane } from '../../tmux/protocol/agent-rows.js'
import type { Planted } from './place-files.js'

export interface HostOptions {
  readonly machine: Machine
  readonly link: Link
  readonly session: SessionName
  readonly storeId: string
  readonly daemonGeneration: number
  readonly socket: string
  /** Where agents may still stand that an earlier version started; null: nowhere. */
  readonly oldSocket: string | null
  /** Where our state stands on this machine; null: `$XDG_STATE_HOME` or `~/.local/state` there. */
  readonly stateDir: string | null
  /** Of this machine: the shell whose `up` counts, and its PATH. Absent: the machine's login shell is asked. */
  readonly environment?: { readonly shell: RawEnvironment; readonly path: string }
  readonly now: () => number
}

export type HostEvent =
  | { readonly type: 'ready'; readonly reset: EnsureResult['reset']; readonly panes: readonly AgentPane[] }
  /** In the way of a file of ours stood something else; it was put aside. */
  | ({ readonly type: 'planted' } & Planted)
  | { readonly type: 'state'; readonly state: MachineState; readonly reason: string | null }
  | AgentSessionEvent
