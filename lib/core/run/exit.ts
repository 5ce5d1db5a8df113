import type { ResetReason } from './events.js'

export interface Exit {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly reason: string
  /** What ended it together with all that ran on its machine; null: it ended alone. */
  readonly reset: ResetReason | null
}
