/** Placeholder until the recordings are in. */
import type { RuleSet } from '../../core/status/rules.js'

export const CLAUDE_RULES: RuleSet = { type: 'claude', pinned: [], rules: [] }
