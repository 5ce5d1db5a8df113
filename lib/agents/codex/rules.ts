/** Placeholder until the recordings are in. */
import type { RuleSet } from '../../core/status/rules.js'

export const CODEX_RULES: RuleSet = { type: 'codex', pinned: [], rules: [] }
