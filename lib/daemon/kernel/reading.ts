/**
 * What a request needs that only reads: the daemon has it, and so has a store without a daemon (`lib/offline`). Rows that need
 * no more are made by `readingRequest`, and are answered by both.
 */
import type { CommentFacts, IssueFacts } from '../../core/github/model.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import type { AgentRecord, AttemptRecord, RunState } from '../../core/run/state.js'
import type { Millis } from '../../core/time.js'
import type { Facts, Journal } from '../../store/port.js'
import type { Clock } from './clock.js'

export interface Reading {
  readonly session: string
  /** `writeObservations`: what is still gathered comes into the journal, where somebody writes it. */
  readonly loop: { readonly state: RunState; writeObservations(): void }
  readonly clock: Clock
  readonly store: Pick<Journal, 'events' | 'executions' | 'lastSeq' | 'load'> & { readonly facts: ReadFacts }
  readonly parts: {
    readonly forecaster: { readonly zone: string; ready(): Promise<void> }
    readonly runDirectory: { readonly path: string }
    readonly outputs: ReadOutputs
    readonly github: { connections(): Promise<readonly ReadRepository[]> }
  }
  status(): StatusDocument
}

export type ReadFacts = Pick<Facts, 'get' | 'entries'>

/** What agents and commands print, where it can be had now. */
export interface ReadOutputs {
  /** The end of what an agent printed, as it came; `since`: only of that time and later. */
  agentLog(
    agent: AgentRecord,
    asked: { readonly bytes: number; readonly since: Millis | null },
  ): Promise<string>
  /** What a command printed that runs now, behind so many bytes. `waits`: why it cannot be read. */
  running(
    attempt: AttemptRecord,
    from: number,
  ): Promise<{ readonly bytes: Buffer; readonly waits: string | null }>
}

/** What is known of a repository on GitHub. */
export interface ReadRepository {
  readonly machine: string
  readonly row: { readonly repository: string; readonly polled_at: string | null }
  readonly spec: { readonly master: number | 'create' | null }
  readonly cache: {
    readonly issues: ReadonlyMap<number, IssueFacts>
    commentsOf(issue: number): readonly CommentFacts[]
  }
}
