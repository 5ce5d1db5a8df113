/** How screens are read: the rules of the definitions, with those that a person put in their place. */
import type { AgentDefinition } from '../../agents/definition.js'
import { loadRules } from '../../config/load-rules.js'
import { mergeRules, type RuleOverride, type RuleSet } from '../../core/status/rules.js'
import type { Logger } from '../kernel/log.js'
import type { Part } from '../kernel/part.js'

export class RuleBook implements Part {
  readonly name = 'rules'
  readonly #configDir: string
  readonly #log: Logger
  readonly #merged = new Map<string, RuleSet>()
  #overrides: ReadonlyMap<string, RuleOverride> = new Map()

  constructor(configDir: string, log: Logger) {
    this.#configDir = configDir
    this.#log = log
  }

  async start(): Promise<void> {
    const { overrides, problems } = await loadRules(this.#configDir)
    this.#overrides = overrides
    for (const problem of problems) this.#log.warn({ problem }, 'ignoring an invalid rules file')
  }

  /** `type`: as the layout names it. Its own rules count before those of what it extends. */
  of({ behaviour, rules }: AgentDefinition, type: string): RuleSet {
    if (!this.#overrides.has(type) && !this.#overrides.has(behaviour)) return rules
    const key = `${behaviour} ${type}`
    const known = this.#merged.get(key)
    if (known !== undefined) return known
    let merged = rules
    for (const name of new Set([behaviour, type])) {
      const override = this.#overrides.get(name)
      if (override !== undefined) merged = mergeRules(merged, override)
    }
    this.#merged.set(key, merged)
    return merged
  }
}
