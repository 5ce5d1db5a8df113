/**
 * `orchestra`: finds the verb and runs it. Everything heavy is loaded by the verbs that need it.
 */
import type { ApiClient } from '../api/client.js'
import { isUnreachable } from '../core/errors.js'
import { daemonClient } from './daemon/daemon-client.js'
import { writeSync } from 'node:fs'
import { errorWords } from '../core/file-problem.js'
import { homePaths, type DaemonFile } from '../home/paths.js'
import { chooseDaemon, colorWanted, knownDaemons, ownSession, readDefaults } from './daemon/locate.js'
import { parseFast, verbName, type Parsed } from './parse.js'
import { sayIfOther } from './daemon/say-if-other.js'
import { columnsOf, directory, isPlainLocale, neededDirectory } from './daemon/surroundings.js'
import type { Verb, VerbContext } from './verb.js'
import { allVerbs, VERBS } from './verbs.js'

async function main(argv: readonly string[]): Promise<number> {
  const name = verbName(argv)
  const named = await (name === undefined ? asBegin(argv) : VERBS.get(name)?.())
  const parsed = (named && parseFast(argv, named)) ?? (await explained(argv))
  if (typeof parsed === 'number') {
    // yargs has printed.
    printError('')
    return parsed
  }
  const met: DaemonFile[] = []
  const context = contextOf(parsed, met)
  try {
    if (hasRemoteOption(parsed.values)) (await import('./daemon/connect-api.js')).checkApiUse(parsed)
    const code = await parsed.verb.run(context)
    // `down` ends it in any case.
    if (parsed.verb.name !== 'down') for (const daemon of met) await sayIfOther(daemon, context)
    return code
  } catch (error) {
    const { reportError } = await import('./exit.js')
    const { err, json, verbose } = context
    const { programLine } = await import('./program-line.js')
    const said = await (await import('./daemon/why-no-daemon.js')).whyNoDaemon(error, context)
    return reportError(said, { err, json, verbose, program: programLine(context) })
  }
}

/** What runs without a verb; undefined: the version is asked for. */
async function asBegin(argv: readonly string[]): Promise<Verb | undefined> {
  return argv.includes('-V') ? undefined : (await import('./begin.js')).begin
}

function hasRemoteOption(values: Parsed['values']): boolean {
  return values['api'] !== undefined || values['token-file'] !== undefined
}

/** By yargs, which prints help, the version, and what is wrong with the words. */
async function explained(argv: readonly string[]): Promise<Parsed | number> {
  const { parseWithYargs } = await import('./parse-with-yargs.js')
  return parseWithYargs(argv, await allVerbs(), print)
}

/** `met`: the daemon of this machine that was connected to. */
function contextOf({ verb, values, positionals }: Parsed, met: DaemonFile[]): VerbContext {
  const { env } = process
  const paths = homePaths(env)
  const asked = values['host'] as string | undefined
  const api = values['api'] as string | undefined
  const host = api ?? (asked === undefined ? readDefaults(paths).host : asked === 'local' ? undefined : asked)
  const session = values['session'] as string | undefined
  const isTerminal = process.stdout.isTTY
  let offline: ApiClient | undefined
  const context: VerbContext = {
    positionals,
    flag: (name) => values[name] === true,
    option: (name) => [values[name]].flat()[0] as string | undefined,
    all: (name) => [values[name] ?? []].flat().map(String),
    list: (name) =>
      [values[name] ?? []]
        .flat()
        .flatMap((v) => (v as string).split(','))
        .filter((v) => v !== ''),
    out: print,
    err: printError,
    json: values['json'] === true,
    ascii: (values['ascii'] as boolean | undefined) ?? isPlainLocale(env),
    color: colorWanted(env, isTerminal, values['color'] as boolean | undefined),
    verbose: values['verbose'] === true,
    cols: columnsOf(process.stdout, env),
    interactive: isTerminal && process.stdin.isTTY,
    env,
    get cwd() {
      return neededDirectory()
    },
    verbs: allVerbs,
    session,
    host,
    api,
    connect: async () => {
      // A layout may be there.
      const cwd = directory() ?? '/'
      if (api !== undefined)
        return (await import('./daemon/connect-api.js')).connectApi(
          api,
          values['token-file'] as string | undefined,
        )
      if (host !== undefined)
        return (await import('./daemon/connect-host.js')).connectHost(host, session, cwd)
      if (offline !== undefined) return offline
      const known = knownDaemons(paths)
      try {
        const daemon = chooseDaemon(known, session ?? ownSession(known, env), cwd)
        met.push(daemon)
        return daemonClient(daemon)
      } catch (error) {
        // A daemon that this run of the verb has already reached, and that has ended since, is not started again.
        if (verb.startsNoDaemon === true || met.length > 0 || !isUnreachable(error)) throw error
        const { withoutDaemon } = await import('./daemon/offline-client.js')
        return (offline = await withoutDaemon(error, !isWriting(verb), context))
      }
    },
  }
  return context
}

function isWriting({ permission }: Verb): boolean {
  return permission !== null && permission !== 'any' && !permission.endsWith(':read')
}

function print(text: string): void {
  process.stdout.write(text, noteFailure)
}

/** What was printed and did not arrive: a full disk, a device that failed. */
let unwritten: NodeJS.ErrnoException | undefined
function noteFailure(error: NodeJS.ErrnoException | null | undefined): void {
  if (error !== null && error !== undefined && error.code !== 'EPIPE') unwritten ??= error
}

// A reader that went away (`orchestra events | head`) is no error of ours.
function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  noteFailure(error)
  failUnwritten()
}
process.stdout.on('error', leave)

function failUnwritten(): never {
  const { code = '', message = '' } = unwritten ?? {}
  try {
    writeSync(2, `orchestra: cannot write the output: ${errorWords(code) ?? message}\n`)
  } catch {
    // There is nowhere left to say it; the exit status does.
  }
  process.exit(1)
}
process.on('SIGINT', () => process.exit(130))

// Opened when there is something to say: most often there is not.
let stderr: NodeJS.WriteStream | undefined
function printError(text: string): void {
  stderr ??= process.stderr.on('error', () => process.exit(1))
  stderr.write(text)
}

main(process.argv.slice(2)).then(finish, async (error: unknown) => {
  const { reportError } = await import('./exit.js')
  const { OrchestraError } = await import('../core/errors.js')
  finish(reportError(error, { err: printError, json: false, verbose: error instanceof OrchestraError }))
})

/** Leaves once what was printed is out: a pipe takes it later than `exit` would wait. */
function finish(code: number): void {
  process.exitCode = code
  const end = () => (unwritten === undefined ? process.exit(code) : failUnwritten())
  process.stdout.write('', () => (stderr === undefined ? end() : stderr.write('', end)))
}
