/** A graph of issues as an import proposes it, with everything that a person has to decide. */
import type { Tier } from '../../phases/plan-specs.js'
import type { Millis } from '../../time.js'
import type { ColumnClaim, PlannedMilestone, Ref } from './claims.js'

export interface IssueNode {
  readonly ref: Ref
  readonly title: string | null
  readonly isDone: boolean
  readonly tier: Tier | null
  readonly estimateMs: Millis | null
  readonly parent: Ref | null
  readonly needs: readonly Ref[]
  readonly milestone: string | null
  /** 1 comes first; null: nobody says it. */
  readonly priority: number | null
  /** What it was called where it was exported. */
  readonly name: string | null
  /** A source says more of it than its number. */
  readonly isKnown: boolean
}

export type ConflictField = 'needs' | 'parent' | 'tier' | 'estimate' | 'milestone' | 'priority'

/** Sources that disagree about one field of one issue. */
export interface Conflict {
  readonly of: Ref
  readonly field: ConflictField
  readonly sides: readonly ConflictSide[]
  /** The side whose value the graph has. */
  readonly taken: ConflictSide
}

export interface ConflictSide {
  /** `#1166, #1169`, `nothing`, `P0`. */
  readonly says: string
  readonly places: readonly string[]
}

export interface IssueGraph {
  /** By number; what is in other repositories comes last. */
  readonly nodes: readonly IssueNode[]
  readonly milestones: readonly PlannedMilestone[]
  readonly conflicts: readonly Conflict[]
  /** Columns that nobody has said how to read: they made no edge. */
  readonly unread: readonly ColumnClaim[]
  /** Each begins and ends with the same issue. */
  readonly cycles: readonly (readonly Ref[])[]
  /** Edges that were left out to break a cycle. */
  readonly leftOut: readonly { readonly of: Ref; readonly ref: Ref }[]
  /** Named by somebody, and found nowhere. */
  readonly missing: readonly { readonly ref: Ref; readonly places: readonly string[] }[]
  readonly planned: readonly { readonly ref: Ref; readonly place: string }[]
  /** Nothing of it needs a person. */
  readonly isDecided: boolean
}
