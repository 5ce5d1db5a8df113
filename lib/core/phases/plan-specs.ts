/** What a layout says of its plan: phases, milestones, tiers, workers that stand by. */
import type { AgentId, GateId, MilestoneId, PhaseId, TaskId } from '../ids.js'
import { fields, flag, list, number, orNull, since, text } from '../shape.js'

/** P0 is dispatched first. `priority` orders within a tier. */
export const TIERS = ['P0', 'P1', 'P2'] as const
export type Tier = (typeof TIERS)[number]
export const DEFAULT_TIER: Tier = 'P1'

/** Why a worker that stands by is started. */
export const STANDBY_REASONS = ['role_short', 'blocked', 'limited'] as const
export type StandbyReason = (typeof STANDBY_REASONS)[number]

/** `on_time`: even a slow course keeps the date; `at_risk`: only the likely one does; `late`: neither. */
export const MILESTONE_STATES = ['on_time', 'at_risk', 'late', 'done'] as const
export type MilestoneState = (typeof MILESTONE_STATES)[number]

export interface PhaseSpec {
  readonly id: PhaseId
  readonly title: string | null
  /** What it is for, in the words of whoever planned it. */
  readonly goal: string | null
  readonly tasks: readonly string[]
  readonly gate: GateId | null
  /** Tasks, gates or phases. Each of its tasks needs them too: the layout's tasks say so. */
  readonly needs: readonly string[]
  /** Only these agents take its tasks; empty: whoever may. */
  readonly workers: readonly AgentId[]
  /** The issue that those of its tasks are parts of; null: none is known. */
  readonly issue: number | null
}

export const phaseShape = fields<PhaseSpec>({
  id: text(),
  title: orNull(text()),
  goal: orNull(text()),
  tasks: list(text()),
  gate: orNull(text()),
  needs: list(text()),
  workers: list(text<AgentId>()),
  issue: since(null, orNull(number)),
})

export interface MilestoneSpec {
  readonly id: MilestoneId
  readonly title: string | null
  /** As it is written: `2026-12-19` (ends at 24:00) or `2026-12-19T18:00`, in the layout's time zone. */
  readonly due: string
  /** Tasks or phases. */
  readonly tasks: readonly string[]
  /** While it is at risk or late, only its tasks, and what they need, are dispatched. */
  readonly stopOtherWork: boolean
}

/** What a milestone consists of. */
export interface MilestoneParts {
  readonly tasks: readonly TaskId[]
  readonly phases: readonly PhaseId[]
  /** Of these phases. */
  readonly gates: readonly GateId[]
}

export const milestoneShape = fields<MilestoneSpec>({
  id: text(),
  title: orNull(text()),
  due: text(),
  tasks: list(text()),
  stopOtherWork: flag,
})
