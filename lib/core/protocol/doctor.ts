/** One thing that `doctor` looked at: what it saw, and what to do about it. */
export interface Finding {
  readonly machine: string
  /** `reachability`, `host key`, `tmux`, `PATH`, `agent CLI`, `disk`, `clock`, `mcp`, `store`, … */
  readonly check: string
  readonly level: 'ok' | 'note' | 'warn' | 'bad'
  readonly text: string
  readonly mend: string | null
}
