/**
 * Rules that read an agent CLI's state from its screen and title: data, by CLI and version range, because dialogs and
 * titles change between versions. The first rule (by priority, then order) whose patterns hold decides.
 */
import type { AgentState } from '../words.js'

/**
 * Where a pattern looks. `title`; `screen`; `tail:N` and `head:N`: the last or first N rows that are not blank; and the
 * parts of the screen that the type's segmenter tells apart.
 */
export type Region =
  | 'title'
  | 'screen'
  | `tail:${number}`
  | `head:${number}`
  /** Where a person types; empty when a dialog stands in its place. */
  | 'composer'
  /** Below the composer: hints, modes, directory. */
  | 'footer'
  /** The rows right above the composer that tell what goes on. */
  | 'status'
  /** The last message of the conversation, above status and composer. */
  | 'block'
  /** A question that stands in place of the composer or over everything. */
  | 'dialog'
  /** The conversation: everything above status and composer. */
  | 'transcript'
  /** The paragraph behind which the cursor stands, where it stands behind the last row; of a recorded screen, the last one. */
  | 'cursor'

export interface Pattern {
  readonly in: Region
  /**
   * A regular expression (flags `iu`), matched against the region with borders removed and blanks folded into one, so
   * that wrapping at 40 columns does not matter.
   */
  readonly matches: string
  /** Match each row alone (trimmed, unfolded) instead of the folded region. */
  readonly rows?: boolean
}

export interface Rule {
  readonly id: string
  readonly state: AgentState
  /** Higher first; default 50. */
  readonly priority?: number
  /** 0…1; default 0.9. */
  readonly confidence?: number
  /** `>=2.1.200 <3`, `2.1.197`; all parts must hold. Absent: every version. Ignored while the version is unknown. */
  readonly versions?: string
  readonly all?: readonly Pattern[]
  readonly any?: readonly Pattern[]
  readonly none?: readonly Pattern[]
  /** Of a limit: it shows a menu, which can be answered as a question can. */
  readonly asks?: boolean
  /** Of a question: any words may answer it, so a message is typed as they are. */
  readonly takesText?: boolean
  /** What to say about it: the first group (or the whole match) of the first pattern that matches. */
  readonly text?: readonly Pattern[]
  /** Text in which the time stands at which a limit ends. */
  readonly until?: readonly Pattern[]
}

export interface RuleSet {
  readonly type: string
  /** Versions of the CLI that the fixtures were recorded with. */
  readonly pinned: readonly string[]
  readonly rules: readonly Rule[]
  /**
   * Rows below the options of a question that are the CLI's own and change while it asks the same (hints for the
   * selected option, clocks): expressions that match the whole row. A fingerprint does not cover them.
   */
  readonly chrome?: readonly string[]
  /** What a dialog says where it hides a part of itself; looked for in each of its rows. */
  readonly hides?: readonly string[]
}

export interface RuleOverride {
  /** A rule with the id of a built-in one replaces it; others are added. */
  readonly rules?: readonly Rule[]
  /** Ids of built-in rules that no longer count. */
  readonly disable?: readonly string[]
}

/** tmux itself says so (`remain-on-exit`), whatever ran there. */
export function paneDead(type: string): Rule {
  return {
    id: `${type}.exited.pane`,
    state: 'exited',
    priority: 101,
    confidence: 1,
    all: [{ in: 'tail:2', matches: '(?:^| )Pane is dead(?: \\(|$)' }],
  }
}

export function mergeRules(builtin: RuleSet, override: RuleOverride): RuleSet {
  const own = new Map((override.rules ?? []).map((rule) => [rule.id, rule]))
  const off = new Set(override.disable ?? [])
  const kept = builtin.rules.filter((rule) => !off.has(rule.id)).map((rule) => own.get(rule.id) ?? rule)
  const known = new Set(builtin.rules.map((rule) => rule.id))
  const added = [...own.values()].filter((rule) => !known.has(rule.id))
  // Added ones stand first: of two with the same priority the user's own wins.
  return { ...builtin, rules: [...added, ...kept] }
}

export const DEFAULT_PRIORITY = 50

export function byPriority(rules: readonly Rule[]): readonly Rule[] {
  return rules.toSorted((a, b) => (b.priority ?? DEFAULT_PRIORITY) - (a.priority ?? DEFAULT_PRIORITY))
}
