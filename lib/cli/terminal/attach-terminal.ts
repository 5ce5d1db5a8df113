/** Gives this terminal to tmux, the way that fits where we are. */
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AttachInfo } from '../../core/protocol/api.js'
import { shellQuote } from '../../core/shell-quote.js'
import { planAttach } from '../../core/view/attach-plan.js'
import { fallbackTerminal, isUnsuitableTerminal } from '../../core/view/fallback-terminal.js'
import type { VerbContext } from '../verb.js'

export interface AttachTarget {
  /** Index of the window, or null for the one that is current. */
  readonly window: number | null
  readonly pane: string | null
  readonly readOnly: boolean
}

/** What a person would type. */
export function attachCommand(info: AttachInfo): string {
  const where = Object.entries(info.env).map(([k, v]) => `${k}=${v} `)
  const target = `=${info.view}`
  // A person may have given it any name.
  const word = /^=[\w-]+$/.test(target) ? target : shellQuote(target)
  return fix('view.attach', where.join(''), info.socket, word)
}

export async function attachTerminal(
  info: AttachInfo,
  target: AttachTarget,
  c: VerbContext,
): Promise<number> {
  const window = target.window === null ? undefined : `=${info.view}:${target.window}`
  const goTo = target.pane ?? window
  const plan = planAttach({
    tmux: 'tmux',
    socket: info.socket,
    session: info.view,
    socketPath: info.socketPath,
    tmuxEnv: c.env['TMUX'],
    readOnly: target.readOnly,
    ...(goTo === undefined ? {} : { target: goTo }),
  })
  if (plan.note !== null) c.err(`${plan.note}\n`)
  const env: Record<string, string | undefined> = { ...c.env, ...info.env }
  for (const name of plan.unset) delete env[name]
  const first = await runOnTerminal(plan.argv, env, c)
  if (!first.unsuitable) return first.code
  const other = fallbackTerminal(env['TERM'], env['COLORTERM'])
  if (other === null)
    throw new OrchestraError('this terminal cannot show windows (TERM=dumb)', {
      kind: 'refused',
      hint: `Use another terminal. If this one can draw after all: ${fix('terminal.as-xterm')}`,
    })
  c.err(`${other.note}\n`)
  const [program = 'tmux', ...args] = plan.argv
  // What was printed is covered at once by what is attached: there it is said again.
  const say = [';', 'display-message', '-d', '5000', other.note]
  const argv = [program, ...other.options, ...args, ...(plan.type === 'attach' ? say : [])]
  return (await runOnTerminal(argv, { ...env, TERM: other.term }, c)).code
}

/** tmux says what it has to say on stderr when it does not attach, or when it has let the terminal go. */
async function runOnTerminal(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  c: VerbContext,
): Promise<{ readonly code: number; readonly unsuitable: boolean }> {
  // Most runs of the verbs that can attach do not.
  const { spawn } = await import('node:child_process')
  const [program = 'tmux', ...args] = argv
  const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'pipe'], env })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4096)))
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve(status ?? 1))
  })
  const unsuitable = code !== 0 && isUnsuitableTerminal(said)
  if (!unsuitable) c.err(said)
  return { code, unsuitable }
}
