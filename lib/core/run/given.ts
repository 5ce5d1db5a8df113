/** What an agent is given for a task, as data. */
import type { ToldIssue } from '../github/release.js'
import type { TaskSpec } from '../layout/model.js'
import type { AttemptStatus, TaskStatus } from '../words.js'

export interface NeedContext {
  readonly id: string
  readonly title: string
  readonly status: TaskStatus | 'gate' | 'phase'
  readonly agent: string | null
  readonly machine: string | null
  /** What its agent said about the result. */
  readonly text: string | null
  readonly outputs: readonly string[]
}

export interface EarlierAttempt {
  readonly number: number
  readonly agent: string | null
  readonly status: AttemptStatus
  readonly reason: string | null
  readonly text: string | null
  readonly failedChecks: readonly { readonly command: string; readonly output: string }[]
  /** Its prompt or command, where the task has another one now. */
  readonly told: string | null
}

export interface TaskContext {
  readonly task: TaskSpec
  readonly needs: readonly NeedContext[]
  readonly earlier: readonly EarlierAttempt[]
  /** The file that an earlier attempt left as its last checkpoint. */
  readonly checkpoint: string | null
  /** The issue that it is bound to. */
  readonly issue: ToldIssue | null
}

export interface GivenContext extends TaskContext {
  /** The attempt that was told so and lives; null: what the next one will be told. */
  readonly attempt: string | null
  /** What the layout says otherwise since that attempt began, in its words. */
  readonly changed: readonly string[]
}
