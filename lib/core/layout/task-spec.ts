/** A task of a layout, and what holds for each of its keys: the stored form, the value of a plain task, when an edit counts. */
import type { AgentId, MachineId, PhaseId, TaskId } from '../ids.js'
import { DEFAULT_TIER, TIERS, type Tier } from '../phases/plan-specs.js'
import {
  fields,
  flag,
  list,
  names,
  number,
  numberOrWord,
  orNull,
  since,
  text,
  word,
  type Shape,
} from '../shape.js'
import type { Millis } from '../time.js'

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

/** `merge`: the branches of what it needs are landed; `pr`: a pull request is made of them. */
export const ACTS = ['merge', 'pr'] as const
export type Act = (typeof ACTS)[number]

export const WHEN = ['on_success', 'on_failure'] as const
export type When = (typeof WHEN)[number]

export interface TaskSpec {
  readonly id: TaskId
  readonly title: string
  readonly kind: 'prompt' | 'command'
  /** The text given to an agent (`prompt_file` is read at validation); null for commands. */
  readonly prompt: string | null
  /** `type: command`: run by `sh -c` on `machine`; null for prompts, and for what orchestra does itself. */
  readonly command: string | null
  /** What orchestra does itself in the place of a command (`type: merge`, `type: pr`); null: nothing. */
  readonly act: Act | null
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
  /** A pool: its work is done in a worktree of that one; null: in that of its agent, or in none. */
  readonly tree: string | null
  /** Its tree begins on exactly this commit; null: on the target and what it needs. */
  readonly base: string | null
}

const retry = fields<RetrySpec>({
  attempts: number,
  delayMs: number,
  backoff: number,
  maxDelayMs: number,
  jitter: number,
  except: list(text()),
})

export const taskShape: Shape<TaskSpec> = fields<TaskSpec>({
  id: text(),
  title: text(),
  kind: word('prompt', 'command'),
  prompt: orNull(text()),
  command: orNull(text()),
  act: since(null, orNull(word(...ACTS))),
  machine: orNull(text()),
  cwd: orNull(text()),
  env: names(text()),
  agent: orNull(text()),
  role: orNull(text()),
  fallback: orNull(text()),
  needs: list(text()),
  priority: number,
  estimateMs: number,
  timeoutMs: orNull(number),
  retry,
  outputs: list(text()),
  verify: list(text()),
  whenAlreadyDone: orNull(text()),
  successExitCodes: list(number),
  disabled: flag,
  when: since('on_success', word(...WHEN)),
  tier: since(DEFAULT_TIER, word(...TIERS)),
  phase: since(null, orNull(text<PhaseId>())),
  workers: since([], list(text<AgentId>())),
  issue: since(null, orNull(numberOrWord('create'))),
  tree: since(null, orNull(text())),
  base: since(null, orNull(text())),
})

export const DEFAULT_RETRY: RetrySpec = {
  attempts: 1,
  delayMs: 10_000,
  backoff: 2,
  maxDelayMs: 600_000,
  jitter: 0.25,
  except: [],
}

/** A task of which nothing is said but its id and title: in a layout, by `submit`, in the simulator. */
export const PLAIN_TASK: Omit<TaskSpec, 'id' | 'title'> = {
  kind: 'prompt',
  prompt: null,
  command: null,
  act: null,
  machine: null,
  cwd: null,
  env: {},
  agent: null,
  role: null,
  fallback: null,
  needs: [],
  priority: 100,
  estimateMs: 300_000,
  timeoutMs: null,
  retry: DEFAULT_RETRY,
  outputs: [],
  verify: [],
  whenAlreadyDone: null,
  successExitCodes: [0],
  disabled: false,
  when: 'on_success',
  tier: DEFAULT_TIER,
  phase: null,
  workers: [],
  issue: null,
  tree: null,
  base: null,
}

/** When an edit of a key counts for a task that has an attempt; `key`: the layout's word for it. null: it is another task. */
export const TASK_EDITS: {
  readonly [K in keyof TaskSpec]: { readonly key: string; readonly counts: 'at once' | 'next attempt' } | null
} = {
  id: null,
  title: { key: 'title', counts: 'next attempt' },
  kind: { key: 'type', counts: 'next attempt' },
  prompt: { key: 'prompt', counts: 'next attempt' },
  command: { key: 'command', counts: 'next attempt' },
  act: { key: 'type', counts: 'next attempt' },
  machine: { key: 'machine', counts: 'next attempt' },
  cwd: { key: 'cwd', counts: 'next attempt' },
  env: { key: 'env', counts: 'next attempt' },
  agent: { key: 'agent', counts: 'next attempt' },
  role: { key: 'role', counts: 'next attempt' },
  fallback: { key: 'fallback', counts: 'at once' },
  needs: { key: 'needs', counts: 'at once' },
  priority: { key: 'priority', counts: 'at once' },
  estimateMs: { key: 'estimate', counts: 'at once' },
  timeoutMs: { key: 'timeout', counts: 'next attempt' },
  retry: { key: 'retry', counts: 'at once' },
  outputs: { key: 'outputs', counts: 'next attempt' },
  verify: { key: 'verify', counts: 'next attempt' },
  whenAlreadyDone: { key: 'when_already_done', counts: 'at once' },
  successExitCodes: { key: 'success_exit_codes', counts: 'next attempt' },
  disabled: { key: 'disabled', counts: 'at once' },
  when: { key: 'when', counts: 'at once' },
  tier: { key: 'tier', counts: 'at once' },
  phase: { key: 'phase', counts: 'at once' },
  workers: { key: 'workers', counts: 'at once' },
  issue: { key: 'issue', counts: 'at once' },
  tree: { key: 'tree', counts: 'next attempt' },
  base: null,
}
