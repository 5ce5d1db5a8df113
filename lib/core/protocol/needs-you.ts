import type { Attention } from './status.js'

/** Where nobody but a person can go on; everything else is bad news that may mend itself, or is only worth knowing. */
export const NEEDS_YOU = {
  agent_waiting: true,
  gate_waiting: true,
  prompt_unconfirmed: true,
  store: true,
  api_closed: true,
  merge_stuck: true,
  issue_changed: true,
  tree_escape: true,
  tree_stuck: true,
  tree_leaked: true,
  task_failed: true,
  run_stuck: true,
  agent_error: true,
  agent_exited: true,
  agent_stalled: true,
  machine_degraded: true,
  machine_offline: false,
  machine_problem: false,
  mcp_offline: false,
  task_blocked: false,
  agent_limited: false,
  agent_unknown: false,
} as const satisfies Record<Attention['kind'], boolean>

/** The one number of every view: tmux's bar, the monitor, `status`. */
export function needsYou(attention: readonly Pick<Attention, 'kind'>[]): number {
  return attention.filter(({ kind }) => NEEDS_YOU[kind]).length
}
