/** The fast path's parser: node's own, fed from the row of the verb. What it does not understand goes to yargs, which explains. */
import { parseArgs } from 'node:util'
import { GLOBAL_OPTIONS, type OptionSpec, type Verb } from './verb.js'

export interface Parsed {
  readonly verb: Verb
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, unknown>>
}

/** undefined: ask yargs (help, version, a mistake). */
export function parseFast(argv: readonly string[], verb: Verb): Parsed | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: nodeOptions({ ...GLOBAL_OPTIONS, ...verb.options }),
      allowPositionals: true,
      allowNegative: true,
    })
    const rest = positionals.slice(1)
    const required = verb.positionals.filter((p) => p.required).length
    const most = verb.positionals.some((p) => p.variadic) ? Infinity : verb.positionals.length
    if (values['help'] === true || values['version'] === true) return undefined
    if (rest.length < required || rest.length > most) return undefined
    for (const [option, spec] of Object.entries(verb.options)) {
      const value = values[option]
      if (spec.choices !== undefined && typeof value === 'string' && !spec.choices.includes(value))
        return undefined
    }
    return { verb, positionals: rest, values }
  } catch {
    return undefined
  }
}

/** The first word that is neither an option nor the value of a global one. */
export function verbName(argv: readonly string[]): string | undefined {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (!word.startsWith('-')) return word
    if (GLOBAL_OPTIONS[word.replace(/^--/, '')]?.type === 'string') i++
  }
  return undefined
}

type NodeOption = { type: 'boolean' | 'string'; short?: string; multiple?: boolean }

function nodeOptions(options: Readonly<Record<string, OptionSpec>>): Record<string, NodeOption> {
  return Object.fromEntries(
    Object.entries(options).map(([name, o]) => [
      name,
      {
        type: o.type,
        ...(o.short === undefined ? {} : { short: o.short }),
        ...(o.type === 'string' ? { multiple: o.isRepeatable === true } : {}),
      },
    ]),
  )
}
