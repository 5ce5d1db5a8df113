/** Placeholder until the recordings are in. */
import type { RuleSet } from '../../core/status/rules.js'

export const GEMINI_RULES: RuleSet = { type: 'gemini', pinned: [], rules: [] }
