/** What the launcher finds in an agent's (or job's) directory: who, argv, environment, directory; see lib/agents/host. */
import { shellQuote } from '../../core/shell-quote.js'
import type { PlacedFile } from './place-files.js'

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
  /** On whose pane a job is shown: the agent's directory, and what to call it there, in one line. */
  readonly seat?: { readonly dir: string; readonly title: string }
}

export function startFiles(dir: string, generation: number, program: Program): PlacedFile[] {
  const gen = `${dir}/gen.${generation}`
  const file = (name: string, text: string): PlacedFile => ({ path: `${gen}/${name}`, text, direct: true })
  const env = Object.entries(program.env).map(([k, v]) => `export ${k}=${shellQuote(v)}\n`)
  return [
    file('who', `${program.session}\n${program.name}\n${program.nonce}\n`),
    file('env', env.join('')),
    file('cwd', `${program.cwd ?? '~'}\n`),
    ...(program.timeoutMs === null ? [] : [file('timeout', `${Math.ceil(program.timeoutMs / 1000)}\n`)]),
    ...(program.capture ? [file('capture', '')] : []),
    ...(program.stdin === undefined ? [] : [file('stdin', program.stdin)]),
    ...(program.seat === undefined ? [] : [file('seat', `${program.seat.dir}\n${program.seat.title}\n`)]),
    // Last: without it the launcher refuses to start.
    file('argv', `set -- ${program.argv.map(shellQuote).join(' ')}\n`),
  ]
}
