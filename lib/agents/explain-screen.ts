/** `explain --screen`: what the rules of an agent type say about a recorded screen. Needs no daemon. */
import { OrchestraError } from '../core/errors.js'
import { BUILT_IN_AGENT_TYPES } from '../core/layout/agent-types.js'
import { explainScreen as explain, type Explanation } from '../core/status/explain-screen.js'
import type { Clock } from '../core/status/limits.js'
import { mergeRules, type RuleOverride } from '../core/status/rules.js'
import { agentDefinition } from './registry.js'

export interface RecordedScreen {
  readonly type: string
  readonly screen: string
  readonly title: string
  readonly version: string | null
  /** The user's own rules for this type. */
  readonly override?: RuleOverride
  /** For reset times of limits; default: now, in the zone of this machine. */
  readonly clock?: Clock
}

/** Throws OrchestraError(usage) for a type that is neither built in nor has rules. */
export function explainScreen(recorded: RecordedScreen): Explanation {
  const known = BUILT_IN_AGENT_TYPES.find((type) => type === recorded.type)
  if (known === undefined && recorded.override === undefined) {
    throw new OrchestraError(`no agent type is called ${recorded.type}`, {
      kind: 'usage',
      hint: `One of ${BUILT_IN_AGENT_TYPES.join(', ')}, or one with rules of your own in rules/${recorded.type}.yaml.`,
    })
  }
  // A type of the user's own is a program that is not known, but for its rules.
  const { rules, segment, byActivity } = agentDefinition(known ?? 'command')
  const now = Date.now()
  const said = explain({
    rules: recorded.override === undefined ? rules : mergeRules(rules, recorded.override),
    segment,
    version: recorded.version,
    title: recorded.title,
    screen: recorded.screen,
    clock: recorded.clock ?? { now, offsetMinutes: -new Date(now).getTimezoneOffset() },
  })
  // The screen is taken as steady, and more is not seen of such a program.
  return byActivity && said.rule === null ? { ...said, state: 'quiet', evidence: 'activity' } : said
}
