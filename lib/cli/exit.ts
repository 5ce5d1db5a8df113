/** The only place that prints errors and picks exit codes. */
import { asCalled, fix } from '../core/fixes.js'
import { EXIT_CODE, OrchestraError } from '../core/errors.js'
import { fileProblem } from '../core/file-problem.js'
import { version } from '../home/version.js'
import { safeText } from '../core/text/safe-text.js'

export interface ErrorSink {
  readonly err: (text: string) => void
  readonly verbose: boolean
  readonly json: boolean
  /** How the program was called. */
  readonly program?: string
}

/** Says what happened and what to do; returns the exit code. A stack trace only for a bug of ours. */
export function reportError(error: unknown, sink: ErrorSink): number {
  if (error instanceof OrchestraError) {
    const say = (text: string) => printable(asCalled(text, sink.program ?? 'orchestra'))
    sink.err(`orchestra: ${say(error.message)}\n`)
    if (error.hint !== undefined) sink.err(`  ${say(error.hint).replaceAll('\n', '\n  ')}\n`)
    const other = otherDaemon(error.details['daemonVersion'])
    if (other !== null && error.kind !== 'refused') sink.err(`  ${other}\n`)
    if (sink.verbose && error.cause !== undefined) sink.err(`  because: ${printable(reason(error.cause))}\n`)
    return EXIT_CODE[error.kind]
  }
  const file = fileProblem(error)
  if (file !== undefined) {
    sink.err(`orchestra: ${printable(file)}\n`)
    if (sink.verbose && error instanceof Error) sink.err(`  because: ${error.stack}\n`)
    return EXIT_CODE.failed
  }
  sink.err(
    `orchestra: this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return EXIT_CODE.bug
}

/** What to do when the daemon is not of our version; null when it is. */
export function otherDaemon(daemon: unknown): string | null {
  if (typeof daemon !== 'string' || daemon === version()) return null
  return `The daemon is version ${safeText(daemon)}, this is ${version()}. To change over: \`${fix('daemon.change-over')}\`; the agents go on.`
}

function printable(text: string): string {
  return text.split('\n').map(safeText).join('\n')
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause === undefined ? cause.message : `${cause.message} (${reason(cause.cause)})`
}
