import { didYouMean } from '../core/layout/did-you-mean.js'
import { GLOBAL_OPTIONS, type OptionSpec, type Verb } from './verb.js'

/** The first option that the verb does not have, in words; null: it has all of them. Without a verb those of every verb count. */
export function unknownOption(
  argv: readonly string[],
  verb: Verb | undefined,
  verbs: readonly Verb[],
): string | null {
  const options: Readonly<Record<string, OptionSpec>> = Object.assign(
    {},
    ...(verb === undefined ? verbs : [verb]).map((one) => one.options),
    GLOBAL_OPTIONS,
  )
  const byLetter = new Map(
    Object.values(options).flatMap((spec) => (spec.short === undefined ? [] : [[spec.short, spec]])),
  )
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '--') return null
    const [, dashes, name = '', value] = /^(--?)([^=]+)(=.*)?$/s.exec(word) ?? []
    // A dash alone is a file, and a negative number is a value.
    if (dashes === undefined || /^\d/.test(name)) continue
    const spec = dashes === '--' ? optionOf(name, options) : byLetter.get(name[0] ?? '')
    if (spec === undefined) {
      const known = (verb === undefined ? Object.keys(GLOBAL_OPTIONS) : Object.keys(options)).map(
        (one) => `--${one}`,
      )
      const said = dashes + name
      const what = verb === undefined ? 'there is' : `${verb.name} has`
      return `${what} no option ${said}${dashes === '--' ? didYouMean(said, known) : ''}`
    }
    if (spec.type === 'string' && value === undefined && (dashes === '--' || name.length === 1)) i++
  }
  return null
}

function optionOf(name: string, options: Readonly<Record<string, OptionSpec>>): OptionSpec | undefined {
  const negated = name.startsWith('no-') ? options[name.slice(3)] : undefined
  return options[name] ?? (negated?.type === 'boolean' ? negated : undefined)
}
