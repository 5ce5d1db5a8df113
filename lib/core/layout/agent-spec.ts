/** An agent of a layout. */
import { PERMISSIONS, type Permission } from '../access/permissions.js'
import type { AgentId, MachineId } from '../ids.js'
import { STANDBY_REASONS, type StandbyReason } from '../phases/plan-specs.js'
import { fields, list, names, number, orNull, since, text, word } from '../shape.js'
import type { Millis } from '../time.js'
import { agentTreeShape, type AgentTree } from '../trees/spec.js'
import { adoptedPaneShape, type AdoptedPane } from './adopted.js'
import { BUILT_IN_AGENT_TYPES, type AgentBehaviour } from './agent-types.js'

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
  /** Works in a worktree of that pool in place of `cwd`. */
  readonly tree: AgentTree | null
  /** It runs in somebody's tmux already; null: it is started. */
  readonly adopt: AdoptedPane | null
}

export const agentShape = fields<AgentSpec>({
  id: text(),
  type: text(),
  behaviour: word(...BUILT_IN_AGENT_TYPES),
  command: list(text()),
  env: names(text()),
  machine: text(),
  role: orNull(text()),
  label: orNull(text()),
  cwd: orNull(text()),
  fallback: orNull(text()),
  restart: word('never', 'on-failure', 'always'),
  autoTrust: list(text()),
  autoApprove: list(text()),
  onLimit: word('wait', 'hold', 'move'),
  stallMs: since(null, orNull(number)),
  mode: since('interactive', word('interactive', 'headless')),
  standby: since([], list(word(...STANDBY_REASONS))),
  access: since([], list(word(...PERMISSIONS))),
  tree: since(null, orNull(agentTreeShape)),
  adopt: since(null, orNull(adoptedPaneShape)),
})

/** An agent of which nothing is said but its id, its type and its machine. */
export const PLAIN_AGENT: Omit<AgentSpec, 'id' | 'type' | 'behaviour' | 'machine'> = {
  command: [],
  env: {},
  role: null,
  label: null,
  cwd: null,
  fallback: null,
  restart: 'never',
  autoTrust: [],
  autoApprove: [],
  onLimit: 'wait',
  stallMs: null,
  mode: 'interactive',
  standby: [],
  access: [],
  tree: null,
  adopt: null,
}
