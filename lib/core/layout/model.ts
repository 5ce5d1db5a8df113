/**
 * A layout after validation: everything expanded, every default filled in, every duration in milliseconds.
 * Made by `config/` (with positions for problems), consumed by `core/run`, `tmux/` and `agents/`.
 * Plain JSON values only, so that it can stand in an event and in the store.
 */
import type { RoleSpec } from '../access/roles.js'
import type { EscalationStep } from '../escalation/spec.js'
import type { GithubSpec } from '../github/spec.js'
import type { PersonSpec } from '../gates/spec.js'
import type { LayerId, MachineId, SessionName } from '../ids.js'
import type { MilestoneSpec, PhaseSpec } from '../phases/plan-specs.js'
import type { ReportTimes, SyncSpec } from '../reports/spec.js'
import type { StatusCommitSpec } from '../status-commits/spec.js'
import type { AgentSpec } from './agent-spec.js'
import type { ApiSpec } from './api-spec.js'
import type { GateSpec } from './gate-spec.js'
import type { Machine } from './machine-spec.js'
import type { NotifySpec } from './notify-spec.js'
import type { TaskSpec } from './task-spec.js'
import type { MergeSpec } from '../merges/spec.js'
import type { RepositorySpec, TreePoolSpec } from '../trees/spec.js'
import type { WindowSpec } from './window-spec.js'

export type { AgentSpec } from './agent-spec.js'
export type { GateSpec } from './gate-spec.js'
export type { Machine, OnUnreachable } from './machine-spec.js'
export type { NotifySpec } from './notify-spec.js'
export type { RetrySpec, TaskSpec } from './task-spec.js'
export type { ViewName } from './view-names.js'
export type { PaneSpec, WindowSpec } from './window-spec.js'

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
  readonly repositories: readonly RepositorySpec[]
  /** Pools of worktrees. */
  readonly trees: readonly TreePoolSpec[]
  /** Queues in which their branches land. */
  readonly merges: readonly MergeSpec[]
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
  readonly statusCommits: StatusCommitSpec
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

export interface McpServerSpec {
  readonly id: string
  readonly machine: MachineId
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}
