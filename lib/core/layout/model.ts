/**
 * A layout after validation: everything expanded, every default filled in, every duration in milliseconds.
 * Made by `config/` (with positions for problems), consumed by `core/run`, `tmux/` and `agents/`.
 * Plain JSON values only, so that it can stand in an event and in the store.
 */
import type { Permission } from '../access/permissions.js'
import type { RoleSpec } from '../access/roles.js'
import type { AgentBehaviour } from './agent-types.js'
import type { ApiSpec } from './api-spec.js'
import type { EscalationStep } from '../escalation/spec.js'
import type { GithubSpec } from '../github/spec.js'
import type { ReportTimes, SyncSpec } from '../reports/spec.js'
import type { Criterion, PersonSpec, Quorum } from '../gates/spec.js'
import type { AgentId, GateId, LayerId, MachineId, PhaseId, SessionName, TaskId, WindowName } from '../ids.js'
import type { MilestoneSpec, PhaseSpec, StandbyReason, Tier } from '../phases/plan-specs.js'
import type { Millis } from '../time.js'

export interface Layout {
  readonly version: 1
  readonly session: SessionName
  readonly title: string | null
  readonly tmux: { readonly socket: string; readonly keys: 'own' | 'user' }
  /** null: the default, `<state>/runs/<session>`. Absolute otherwise (local machine). */
  readonly runDir: string | null
  /**
   * Where what runs on this machine works that names no `cwd`: absolute, or `~`. null: a layout of before there was such a
   * rule, everything works in HOME.
   */
  readonly directory: string | null
  readonly layers: readonly Layer[]
  readonly machines: readonly Machine[]
  readonly agents: readonly AgentSpec[]
  readonly mcpServers: readonly McpServerSpec[]
  /** In order; window n of the session is `windows[n - 1]`. */
  readonly windows: readonly WindowSpec[]
  readonly tasks: readonly TaskSpec[]
  readonly gates: readonly GateSpec[]
  /** One a layer, in any order; empty: nobody is told but by `notify`. */
  readonly escalation: readonly EscalationStep[]
  readonly reports: ReportTimes
  readonly sync: SyncSpec
  /** Who may answer for which role; empty: whoever owns the socket. */
  readonly people: readonly PersonSpec[]
  /** Added to the built-in roles, or in place of one. */
  readonly roles: readonly RoleSpec[]
  /** In order. */
  readonly phases: readonly PhaseSpec[]
  readonly milestones: readonly MilestoneSpec[]
  /** IANA zone of dates and times of day; null: the daemon's. */
  readonly timezone: string | null
  readonly waves: { readonly barrier: boolean }
  readonly notify: NotifySpec
  readonly api: ApiSpec
  /** One a connected machine of kind `github`. */
  readonly github: readonly GithubSpec[]
  /** Noise that is wanted among what needs a look; `doctor` tells it in any case. */
  readonly problems: { readonly show: readonly Noise[] }
}

/** What is so for days on a machine that others use, too. */
export const NOISE = ['load', 'foreign_agents'] as const
export type Noise = (typeof NOISE)[number]

export interface Layer {
  readonly id: LayerId
  readonly name: string
}

export type Machine = MachineBase &
  (
    | { readonly kind: 'local' }
    | {
        readonly kind: 'ssh'
        /** A name of `~/.ssh/config` or a host name. */
        readonly host: string
        readonly user: string | null
        readonly port: number | null
        /** Another machine's id, or an ssh destination `[user@]host[:port]`. */
        readonly jump: string | null
        readonly identityFile: string | null
        readonly transport: Transport
        readonly onUnreachable: OnUnreachable
      }
    /** Only looks on: never connected to, state `unknown`. */
    | { readonly kind: 'client' }
    | { readonly kind: 'github'; readonly repository: string | null }
  )

/** ssh2 in our process, or the ssh program, which can do what ssh2 cannot. */
export const TRANSPORTS = ['ssh2', 'openssh'] as const
export type Transport = (typeof TRANSPORTS)[number]

export interface MachineBase {
  readonly id: MachineId
  readonly layer: LayerId | null
  /** Two or so letters for tables and commits: `MU`. */
  readonly code: string
  readonly label: string | null
  /** A working copy that the survey looks at; `~` is `$HOME` of that machine. */
  readonly repo: string | null
  /** How many agents or jobs may work at once; null: no limit. */
  readonly capacity: number | null
  /** No new work above this 1-minute load; null: no limit. */
  readonly maxLoad: number | null
}

export type OnUnreachable =
  | { readonly policy: 'hold' }
  | { readonly policy: 'local' }
  | { readonly policy: 'machine'; readonly machine: MachineId }

export interface AgentSpec {
  readonly id: AgentId
  /** The type as the layout names it; `behaviour` is what it extends in the end. */
  readonly type: string
  readonly behaviour: AgentBehaviour
  /** argv; never a shell line. `~/` at the start of a word is `$HOME` of the machine. Empty: the type's own. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly machine: MachineId
  readonly role: string | null
  readonly label: string | null
  readonly cwd: string | null
  /** An agent, or a role, that takes over this agent's tasks when it is gone. */
  readonly fallback: string | null
  readonly restart: 'never' | 'on-failure' | 'always'
  readonly autoTrust: readonly string[]
  /** Texts of permission prompts that may be answered yes without a human; empty: none. */
  readonly autoApprove: readonly string[]
  /** wait: keep the task and go on after the reset; hold: wait for a human; move: give the task to somebody else. */
  readonly onLimit: 'wait' | 'hold' | 'move'
  /** Work that shows no change for so long is pointed out; null: never. */
  readonly stallMs: Millis | null
  /** How tasks reach it: into the live screen, or one headless process a task. */
  readonly mode: 'interactive' | 'headless'
  /** It is started only for one of these reasons, and stops when it is idle again; empty: it runs from `up` on. */
  readonly standby: readonly StandbyReason[]
  /** Permissions of calls that come from it, beside those of the role `agent`. */
  readonly access: readonly Permission[]
}

export interface McpServerSpec {
  readonly id: string
  readonly machine: MachineId
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export const VIEW_NAMES = ['queue', 'monitor', 'events', 'status'] as const
export type ViewName = (typeof VIEW_NAMES)[number]

export type PaneSpec = (
  | { readonly kind: 'agent'; readonly agent: AgentId }
  | { readonly kind: 'view'; readonly view: ViewName }
  /** A command of the person's own on the local machine: argv, run as the pane's process. */
  | {
      readonly kind: 'command'
      readonly command: readonly string[]
      readonly cwd: string | null
      readonly env: Readonly<Record<string, string>>
    }
) & {
  /** Share of the window in percent, or null. Along the layout's main direction. */
  readonly size: number | null
  readonly focus: boolean
}

export interface WindowSpec {
  readonly name: WindowName
  readonly title: string | null
  /** A layout name that this tmux knows, or a custom string with a right checksum; null: tmux's choice (`tiled` from three panes on). */
  readonly layout: string | null
  readonly panes: readonly PaneSpec[]
  readonly focus: boolean
}

export interface RetrySpec {
  /** Attempts in all, the first included. */
  readonly attempts: number
  readonly delayMs: Millis
  readonly backoff: number
  readonly maxDelayMs: Millis
  /** 0…1: share of the delay that is added at random. */
  readonly jitter: number
  /** Reasons after which trying again is useless: any of `exit:<code>`, `timeout`, `verify`, `outputs`, `blocked`, `lost`. */
  readonly except: readonly string[]
}

export const WHEN = ['on_success', 'on_failure'] as const
export type When = (typeof WHEN)[number]

export interface TaskSpec {
  readonly id: TaskId
  readonly title: string
  readonly kind: 'prompt' | 'command'
  /** The text given to an agent (`prompt_file` is read at validation); null for commands. */
  readonly prompt: string | null
  /** `type: command`: run by `sh -c` on `machine`; null for prompts. */
  readonly command: string | null
  readonly machine: MachineId | null
  readonly cwd: string | null
  readonly env: Readonly<Record<string, string>>
  /** Exactly this agent; else any agent of `role`; else any agent at all. */
  readonly agent: AgentId | null
  readonly role: string | null
  /** Agent or role that may take it when nobody else can. */
  readonly fallback: string | null
  /** Tasks or gates. */
  readonly needs: readonly string[]
  /** 1 comes first. Default 100. */
  readonly priority: number
  readonly estimateMs: Millis
  readonly timeoutMs: Millis | null
  readonly retry: RetrySpec
  /** Paths that must exist (and have changed or been made) at the end, relative to `cwd`; a trailing `/` means a directory. */
  readonly outputs: readonly string[]
  /** Shell lines that must all exit 0 on the task's machine. */
  readonly verify: readonly string[]
  /** A shell line; exit 0 means the work is already there and the task is COMPLETED without an attempt. */
  readonly whenAlreadyDone: string | null
  readonly successExitCodes: readonly number[]
  readonly disabled: boolean
  /**
   * `on_failure`: it starts when something that it needs has FAILED, and nothing else of that is at work; it is left out when all
   * of that is COMPLETED.
   */
  readonly when: When
  readonly tier: Tier
  readonly phase: PhaseId | null
  /** Of its phase: only these agents take it; empty: whoever may. */
  readonly workers: readonly AgentId[]
  /** The issue that it is bound to; `create`: one is made for it, once. */
  readonly issue: number | 'create' | null
}

export interface GateSpec {
  readonly id: GateId
  readonly title: string | null
  /** Opens only after all of these completed. */
  readonly after: readonly string[]
  readonly verify: readonly string[]
  readonly machine: MachineId | null
  readonly cwd: string | null
  readonly timeoutMs: Millis
  readonly approve: 'human' | 'none'
  /** Beside `verify`, in order; they count from 1. */
  readonly criteria: readonly Criterion[]
  /** Whose answers count, and how many; of `approve: human`. */
  readonly quorum: Quorum
}

export interface NotifySpec {
  /** argv; the title and the text are appended. */
  readonly command: readonly string[]
  readonly webhook: string | null
  /** Minutes of the day, local time. */
  readonly quiet: { readonly from: number; readonly to: number } | null
}
