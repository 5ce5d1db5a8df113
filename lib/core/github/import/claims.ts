/**
 * What a source says of an issue. An import gathers claims from GitHub and from texts, and `decideGraph` compares them: sources
 * that disagree are shown to a person, both with their place.
 */
import type { Tier } from '../../phases/plan-specs.js'
import type { Millis } from '../../time.js'

/** `#1169` in the repository that is read, `owner/name#7` in another one. */
export type Ref = string

/** From the strongest to the weakest; what GitHub itself keeps is `api`. */
export const SOURCE_KINDS = ['api', 'line', 'task_list', 'tree', 'table'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

export interface Source {
  readonly kind: SourceKind
  /** Claims of one group about one field of one issue make one statement; two groups may disagree. */
  readonly group: string
  /** For people: `PLAN.md:41`, `label P0 of #1169`. */
  readonly place: string
}

export type Claim = { readonly of: Ref; readonly source: Source } & (
  | { readonly field: 'needs'; readonly refs: readonly Ref[] }
  | { readonly field: 'parent'; readonly ref: Ref }
  | { readonly field: 'tier'; readonly tier: Tier }
  | { readonly field: 'estimate'; readonly ms: Millis }
  | { readonly field: 'milestone'; readonly name: string }
  | { readonly field: 'title'; readonly title: string }
  | { readonly field: 'done'; readonly done: boolean }
  /** What it was called where it was exported: a proposal. */
  | { readonly field: 'name'; readonly id: string }
  | { readonly field: 'priority'; readonly priority: number }
)

/** A heading that can be read both ways: whether the issue waits for what stands there, or holds it up. */
export interface ColumnClaim {
  readonly heading: string
  readonly of: Ref
  readonly refs: readonly Ref[]
  readonly source: Source
}

export interface PlannedMilestone {
  readonly name: string
  /** `2026-12-19`, or null. */
  readonly due: string | null
}

/** All that one text or one issue says. */
export interface Reading {
  readonly claims: readonly Claim[]
  readonly columns: readonly ColumnClaim[]
  readonly milestones: readonly PlannedMilestone[]
  /** Numbers that a plan gives to issues that do not exist yet: they cannot be reserved. */
  readonly planned: readonly { readonly ref: Ref; readonly place: string }[]
}

export function joinReadings(readings: readonly Reading[]): Reading {
  return {
    claims: readings.flatMap(({ claims }) => claims),
    columns: readings.flatMap(({ columns }) => columns),
    milestones: readings.flatMap(({ milestones }) => milestones),
    planned: readings.flatMap(({ planned }) => planned),
  }
}
