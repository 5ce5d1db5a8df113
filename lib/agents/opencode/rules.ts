/** Placeholder until the recordings are in. */
import type { RuleSet } from '../../core/status/rules.js'

export const OPENCODE_RULES: RuleSet = { type: 'opencode', pinned: [], rules: [] }
