/** `look --json`. Everything in it was read; nothing of it is kept. */
import type { AgentState } from '../words.js'

export interface LookDocument {
  readonly version: 1
  readonly at: string
  readonly took_ms: number
  readonly machines: readonly LookedAt[]
  /** Those that wait for a person first, the oldest first. */
  readonly agents: readonly FoundAgent[]
}

export interface LookedAt {
  /** As ssh knows it; null: this machine. */
  readonly host: string | null
  /** `slow`: it had not answered when the time was over; what it said by then is there. */
  readonly state: 'answered' | 'slow' | 'unreachable'
  readonly reason: string | null
  readonly hint: string | null
  readonly took_ms: number
  readonly agents: number
}

export interface FoundAgent {
  readonly host: string | null
  /** What `adopt` takes; null: no tmux shows it, or it is orchestra's already. */
  readonly address: string | null
  /** The name of the socket, or its path where it stands elsewhere; null: it is in no tmux. */
  readonly socket: string | null
  readonly pane: string | null
  readonly session: string | null
  /** The type that orchestra would give it. */
  readonly type: string
  /** What runs there, as its user would call it. */
  readonly program: string
  readonly pid: number | null
  readonly state: AgentState
  readonly confidence: number
  readonly rule: string | null
  /** What it asks, its limit, its error; one line. */
  readonly text: string | null
  /** Seconds since it printed anything; null: not known. */
  readonly age_s: number | null
  readonly cwd: string | null
  /** The agent of an orchestra that it is. */
  readonly managed: string | null
  /** Who told: its screen, or Claude's own supervisor. */
  readonly source: 'screen' | 'claude'
}
