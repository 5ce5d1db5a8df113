/**
 * What may stand where in a command line. A place is `-` (nothing that we know: files), `@KIND` (asked of orchestra where a person
 * presses Tab), or words joined by `|`.
 */
import { GLOBAL_OPTIONS, type OptionSpec, type Verb } from '../verb.js'

/** By the name of a positional. */
const POSITIONALS: Readonly<Record<string, string>> = {
  agent: '@agent',
  agents: '@agent',
  task: '@task',
  gate: '@gate',
  machine: '@machine',
  layout: '@layout',
  id: '@id',
  ids: '@id',
  target: '@id',
}

/** Where a verb means something else by that name. */
const OF_VERB: Readonly<Record<string, string>> = {
  'ack id': '@escalation',
  'approve id': '@asks',
  'deny id': '@asks',
  'attach target': '@shown',
  'can-i verb': '@verb',
  'completion shell': 'bash|zsh|fish',
  'daemon action': 'install',
  'describe id': '@any',
  'help verb': '@topic',
  'report kind': 'standup|synthesis|weekly|phase|worker|sync',
  'repo step': 'save|fetch|forward|push',
  'token action': 'add|list|revoke',
  'trees act': 'saved|repair|remove|restore',
  'use dest': '@host',
}

/** By the name of an option. */
const OPTIONS: Readonly<Record<string, string>> = {
  agent: '@agent',
  for: '@state',
  from: '@task',
  host: '@host',
  layout: '@layout',
  machine: '@machine',
  needs: '@task',
  on: '@machine',
  phase: '@phase',
  role: '@role',
  session: '@session',
  type: '@type',
}

export interface VerbPlaces {
  readonly name: string
  readonly describe: string
  readonly options: readonly [name: string, spec: OptionSpec][]
  /** Of its words, in order. */
  readonly places: readonly string[]
  /** The last of them may be repeated. */
  readonly isVariadic: boolean
}

export function placesOf(verb: Verb): VerbPlaces {
  return {
    name: verb.name,
    describe: verb.describe,
    options: Object.entries({ ...GLOBAL_OPTIONS, ...verb.options }),
    places: verb.positionals.map(({ name }) => OF_VERB[`${verb.name} ${name}`] ?? POSITIONALS[name] ?? '-'),
    isVariadic: verb.positionals.at(-1)?.variadic === true,
  }
}

/** What follows an option of that verb; null: nothing does. */
export function valueOf(name: string, { type, choices }: OptionSpec): string | null {
  if (type === 'boolean') return null
  return choices === undefined ? (OPTIONS[name] ?? '-') : choices.join('|')
}

export function optionWords({ options }: VerbPlaces): string {
  return options.map(([name]) => `--${name}`).join(' ')
}

export const GLOBAL_WORDS = Object.keys(GLOBAL_OPTIONS)
  .map((name) => `--${name}`)
  .join(' ')

/** Options that say which daemon is asked: they are handed on when ids are asked for. */
export const MEANS = ['--session', '--host', '--api', '--token-file']

/** `--NAME` and `-N` of all options that are followed by a value. */
export function valueOptions(verbs: readonly VerbPlaces[]): string[] {
  const all = verbs.flatMap(({ options }) =>
    options.flatMap(([name, { type, short }]) => (type === 'string' ? spellings(name, short) : [])),
  )
  return [...new Set(all)]
}

function spellings(name: string, short: string | undefined): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
}

/** Each spelling of an option, with the place that follows it. Options that take no value, or one we know nothing of, are left out. */
export function optionPlaces(options: VerbPlaces['options']): [option: string, place: string][] {
  return options.flatMap(([name, spec]) => {
    const place = valueOf(name, spec)
    return place === null || place === '-'
      ? []
      : spellings(name, spec.short).map((option): [string, string] => [option, place])
  })
}

/** Without the global ones. */
export function ownOptions({ options }: VerbPlaces): VerbPlaces['options'] {
  return options.filter(([name]) => !(name in GLOBAL_OPTIONS))
}
