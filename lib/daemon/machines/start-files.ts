/**
 * What the launcher finds of one start: who, argv, environment, directory; see lib/agents/host. It stands beside the
 * directory of the agent (or job) and not below it: what runs there may be allowed to write its own directory alone.
 */
import { shellQuote } from '../../core/shell-quote.js'
import { enterLine, writeLines, type PlacedFile } from './place-files.js'
import { PLACE_GENERATION } from './place-script.js'

export interface Program {
  readonly session: string
  /** The agent's id, or the job's key: what the launcher rings with. */
  readonly name: string
  readonly nonce: string
  /** `~` and `~/…` are HOME of that machine. */
  readonly argv: readonly string[]
  /** Values may be secret: they stand in a 0600 file that the launcher removes before the program starts. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | null
  readonly timeoutMs: number | null
  /** A job: no stdin but what stands here, the end of its output is kept. */
  readonly capture: boolean
  readonly stdin?: string
  /** On whose pane a job is shown: the start directory of the agent, and what to call it there, in one line. */
  readonly seat?: { readonly dir: string; readonly title: string }
}

/** Shell lines for `runPlacing`. @param clear what stands in `dir` and is no word of the new process */
export function startLines(
  root: string,
  paths: { readonly dir: string; readonly start: string },
  generation: number,
  program: Program,
  clear: readonly string[] = [],
): string[] {
  return [
    enterLine(root, paths.dir),
    ...(clear.length === 0 ? [] : [`drop ${clear.map(shellQuote).join(' ')}`]),
    `generation=${generation}`,
    'mkdir "$fresh/put/gen.$generation" || exit 1',
    ...writeLines('"$fresh/put/gen.$generation"', startFiles(program)),
    enterLine(root, paths.start),
    PLACE_GENERATION,
  ]
}

function startFiles(program: Program): PlacedFile[] {
  const file = (name: string, text: string): PlacedFile => ({ path: `/${name}`, text })
  const env = Object.entries(program.env).map(([k, v]) => `export ${k}=${shellQuote(v)}\n`)
  return [
    file('who', `${program.session}\n${program.name}\n${program.nonce}\n`),
    file('env', env.join('')),
    file('cwd', `${program.cwd ?? '~'}\n`),
    ...(program.timeoutMs === null ? [] : [file('timeout', `${Math.ceil(program.timeoutMs / 1000)}\n`)]),
    ...(program.capture ? [file('capture', '')] : []),
    ...(program.stdin === undefined ? [] : [file('stdin', program.stdin)]),
    ...(program.seat === undefined ? [] : [file('seat', `${program.seat.dir}\n${program.seat.title}\n`)]),
    file('argv', `set -- ${program.argv.map(shellQuote).join(' ')}\n`),
  ]
}
