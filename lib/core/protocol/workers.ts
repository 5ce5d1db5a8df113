/** `workers --json`. Times in seconds. */
import type { AgentState } from '../words.js'

export interface WorkersDocument {
  readonly version: 1
  readonly session: string
  readonly at: string
  readonly workers: readonly WorkerRow[]
  /** A row for each role, phase and machine where there is work or somebody for it. */
  readonly matrix: readonly MatrixRow[]
}

export interface WorkerRow {
  readonly id: string
  readonly role: string | null
  readonly machine: string
  readonly state: AgentState
  readonly reason: string | null
  readonly task: string | null
  /** Why it starts; empty: it runs from `up` on. */
  readonly standby: readonly string[]
  /** Phases whose tasks it may take. */
  readonly phases: readonly string[]
  readonly completed: number
  readonly attempts: number
  /** At work, without the time in which its attempts waited for a person, a limit or its machine: that is `blocked_s`. */
  readonly worked_s: number
  readonly blocked_s: number
  /** Blocked ÷ (blocked + worked); null before its first attempt. */
  readonly blocked_share: number | null
}

export interface MatrixRow {
  readonly role: string | null
  /** null: tasks of no phase. */
  readonly phase: string | null
  readonly machine: string
  /** Who may take such tasks there. */
  readonly workers: number
  /** Tasks that were or are worked on there. */
  readonly completed: number
  readonly in_progress: number
  /** READY tasks that somebody there may take. */
  readonly ready: number
  readonly worked_s: number
  readonly blocked_s: number
}
