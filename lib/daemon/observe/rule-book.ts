/** How screens are read: the rules of the definitions, with those that a person put in their place. */
import type { AgentDefinition } from '../../agents/definition.js'
import { agentDefinition } from '../../agents/registry.js'
import { loadRules } from '../../config/load-rules.js'
import { BUILT_IN_AGENT_TYPES } from '../../core/layout/agent-types.js'
import { mergeRules, type RuleSet } from '../../core/status/rules.js'
import type { Logger } from '../kernel/log.js'
import type { Part } from '../kernel/part.js'

export class RuleBook implements Part {
  readonly name = 'rules'
  readonly #configDir: string
  readonly #log: Logger
  readonly #overrides = new Map<string, RuleSet>()

  constructor(configDir: string, log: Logger) {
    this.#configDir = configDir
    this.#log = log
  }

  async start(): Promise<void> {
    const { overrides, problems } = await loadRules(this.#configDir)
    for (const type of BUILT_IN_AGENT_TYPES) {
      const override = overrides.get(type)
      if (override !== undefined) this.#overrides.set(type, mergeRules(agentDefinition(type).rules, override))
    }
    for (const problem of problems) this.#log.warn({ problem }, 'ignoring an invalid rules file')
  }

  of({ behaviour, rules }: AgentDefinition): RuleSet {
    return this.#overrides.get(behaviour) ?? rules
  }
}
