/** Help, version, completion and the words for mistakes: yargs, fed from the same table as the fast parser. */
import yargs, { type Argv, type Options } from 'yargs'
import { version } from '../home/version.js'
import { fix } from '../core/fixes.js'
import { didYouMean } from '../core/layout/did-you-mean.js'
import { unknownOption } from './unknown-option.js'
import { verbName, type Parsed } from './parse.js'
import { directory } from './daemon/surroundings.js'
import { GLOBAL_OPTIONS, type OptionSpec, type Verb } from './verb.js'

const USAGE = 2
/** Words of other programs, and the verb of ours. */
export const OTHERS_WORDS: Readonly<Record<string, string>> = {
  ps: 'agents',
  ls: 'status',
  list: 'status',
  top: 'monitor',
  kill: 'stop',
  rm: 'cancel',
  start: 'up',
}

/** A parsed verb, or the exit code when yargs has said everything (help, version, a mistake). */
export async function parseWithYargs(
  given: readonly string[],
  verbs: readonly Verb[],
  out: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<Parsed | number> {
  const names = verbs.map((verb) => verb.name)
  const argv = meant(given)
  const name = verbName(argv)
  const named = verbs.find((verb) => verb.name === name)
  const unknown = isAsked(argv) ? null : unknownOption(argv, named, verbs)
  if (unknown !== null) {
    process.stderr.write(`orchestra: ${unknown}\n  ${how(named)}\n`)
    return USAGE
  }
  if (name !== undefined && named === undefined) {
    const other = OTHERS_WORDS[name]
    const what =
      JSON.stringify(name) + (other === undefined ? didYouMean(name, names) : ` (see \`orchestra ${other}\`)`)
    process.stderr.write(`orchestra: there is no verb ${what}\n  \`${fix('verbs.list')}\` lists them.\n`)
    return USAGE
  }
  let parsed: Parsed | undefined
  let code = 0
  const parser = build(verbs, (verb, values) => {
    parsed = { verb, positionals: positionalsOf(verb, values), values }
  })
  parser.fail((message: string | null, error: Error | undefined) => {
    if (message === null || message === undefined) throw error ?? new Error('yargs failed')
    if (code !== 0) return
    process.stderr.write(`orchestra: ${plainWords(message, named)}\n  ${how(named)}\n`)
    code = USAGE
  })
  await parser.parseAsync([...argv], {}, (_error, _args, output) => {
    if (output !== '' && code === 0) out(`${output}\n`)
  })
  // After a mistake yargs goes on and chooses the verb all the same.
  return code === 0 ? (parsed ?? code) : code
}

export function build(
  verbs: readonly Verb[],
  chosen: (verb: Verb, values: Record<string, unknown>) => void,
): Argv {
  // Of the caller's directory it needs nothing, and the directory may be gone.
  let parser = yargs([], directory() ?? '/')
    .scriptName('orchestra')
    .usage(
      '$0 <verb>\n\nRuns AI coding agents on several machines, in tmux. Nothing is done until it is proved.',
    )
    .locale('en')
    .parserConfiguration({
      'boolean-negation': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
    })
    .version(version())
    .help()
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'say what to do')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue(`${fix('layout.demo')}    the whole product on this machine, with built-in demo agents`)
    .exitProcess(false)
  for (const [name, option] of Object.entries(GLOBAL_OPTIONS)) {
    if (name !== 'help' && name !== 'version')
      parser = parser.option(name, { ...yargsOption(option), global: true })
  }
  for (const verb of verbs) {
    parser = parser.command(
      commandWords(verb),
      verb.describe,
      (y: Argv) => {
        let command = y.example(verb.example, '').epilogue(permissionOf(verb))
        for (const p of verb.positionals)
          command = command.positional(p.name, { describe: p.describe, type: 'string' })
        for (const [name, option] of Object.entries(verb.options))
          command = command.option(name, yargsOption(option))
        return command
      },
      (values) => chosen(verb, values as Record<string, unknown>),
    )
  }
  return parser
}

function permissionOf({ permission }: Verb): string {
  if (permission === 'any') return 'needs no permission'
  return permission === null ? 'needs no permission: it asks no daemon' : `needs the permission ${permission}`
}

function commandWords(verb: Verb): string {
  const words = verb.positionals.map((p) => (p.required ? `<${p.name}>` : `[${p.name}]`))
  return [verb.name, ...words].join(' ')
}

function yargsOption(option: OptionSpec): Options {
  return {
    type: option.type,
    describe: option.describe,
    ...(option.short === undefined ? {} : { alias: option.short }),
    ...(option.choices === undefined ? {} : { choices: [...option.choices] }),
    ...(option.type === 'string' ? { requiresArg: true } : {}),
  }
}

function positionalsOf(verb: Verb, values: Record<string, unknown>): string[] {
  return verb.positionals.flatMap((p) =>
    values[p.name] === undefined ? [] : [values[p.name]].flat().map(String),
  )
}

/** No words at all, and `-V`, as other programs take them. */
function meant(argv: readonly string[]): readonly string[] {
  const [first] = argv
  if (first === undefined) return ['--help']
  return first === '-V' ? ['--version'] : argv
}

/** Help and version are given whatever else stands there. */
function isAsked(argv: readonly string[]): boolean {
  return argv.some((word) => ['--help', '-h', '--version'].includes(word))
}

function how(verb: Verb | undefined): string {
  return `\`orchestra${verb === undefined ? '' : ` ${verb.name}`} --help\` shows how.`
}

/** yargs counts arguments; we say which one is missing, and put its lists into one line. */
function plainWords(message: string, verb: Verb | undefined): string {
  if (verb !== undefined && message.startsWith('Not enough non-option arguments')) {
    const missing = verb.positionals.find((p) => p.required)
    if (missing !== undefined) return `${verb.name} needs ${missing.name.toUpperCase()}: ${missing.describe}`
  }
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1]
  if (verb !== undefined && unknown !== undefined) {
    return `${verb.name} takes no further word: ${unknown}`
  }
  const value = /Argument: (.+), Given: (.+), Choices: (.+)/.exec(message)
  if (value !== null)
    return `--${value[1]} ${value[2]?.replaceAll('"', '')}: one of ${value[3]?.replaceAll('"', '')}`
  return message
}
