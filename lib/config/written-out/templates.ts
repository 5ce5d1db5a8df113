/** `extends:` of tasks and agents: what a template says stands where the entry itself says nothing. */
import { formatCycle } from '../../core/dag/find-cycle.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { Report } from '../../core/layout/report.js'
import { quote } from '../../core/layout/report.js'
import { textsOf } from '../keys/read.js'
import { entryOf, isMap, newMap, put, type YamlMap } from '../located.js'
import { laidOver, move, without, withValue } from './map-edits.js'

/** A name with a dot is a template: it is not run. */
const isTemplate = (name: string) => name.startsWith('.')

/** @param shorthand the key that an entry means which is only a word */
export function withTemplates(
  root: YamlMap,
  section: 'tasks' | 'agents',
  shorthand: 'title' | 'type',
  report: Report,
): YamlMap {
  const entries = root[section]
  if (!isMap(entries)) return root
  const isUsed = Object.entries(entries).some(
    ([name, value]) => isTemplate(name) || (isMap(value) && 'extends' in value),
  )
  if (!isUsed) return root
  const templates = new Templates(entries, section, shorthand, report)
  const result = newMap()
  for (const name of Object.keys(entries)) {
    const value = entries[name]
    const extended = isMap(value) && 'extends' in value ? templates.resolve(name) : undefined
    if (isTemplate(name)) continue
    if (extended === undefined) move(entries, name, result)
    else put(result, name, extended, entryOf(entries, name)!)
  }
  return withValue(root, section, result)
}

class Templates {
  readonly #entries: YamlMap
  readonly #section: string
  readonly #shorthand: string
  readonly #report: Report
  readonly #resolved = new Map<string, YamlMap>()
  readonly #trail: string[] = []

  constructor(entries: YamlMap, section: string, shorthand: string, report: Report) {
    this.#entries = entries
    this.#section = section
    this.#shorthand = shorthand
    this.#report = report
  }

  /** The entry with everything that it extends; the later of several templates wins, the entry itself over all. */
  resolve(name: string): YamlMap {
    const known = this.#resolved.get(name)
    if (known !== undefined) return known
    const own = this.#own(name)
    this.#trail.push(name)
    let below = newMap()
    for (const [at, base] of textsOf(own['extends']).entries()) {
      const path = [this.#section, name, 'extends', ...(Array.isArray(own['extends']) ? [at] : [])]
      if (this.#trail.includes(base)) {
        const circle = [...this.#trail.slice(this.#trail.indexOf(base)), base]
        this.#report(path, `${this.#section} extend each other: ${formatCycle(circle)}`)
      } else if (!Object.hasOwn(this.#entries, base)) this.#report(path, this.#unknown(base))
      else below = laidOver(below, this.resolve(base), ['env'])
    }
    this.#trail.pop()
    const result = laidOver(below, without(own, 'extends'), ['env'])
    this.#resolved.set(name, result)
    return result
  }

  #own(name: string): YamlMap {
    const value = this.#entries[name]
    if (isMap(value)) return value
    const map = newMap()
    if (typeof value === 'string') move(this.#entries, name, map, this.#shorthand)
    return map
  }

  #unknown(base: string): string {
    const names = Object.keys(this.#entries)
    const hint = didYouMean(base, names)
    const templates = names.filter(isTemplate)
    const known = templates.length === 0 ? '' : ` (there are ${templates.join(', ')})`
    return `there is no template ${quote(base)}${hint || known}`
  }
}
