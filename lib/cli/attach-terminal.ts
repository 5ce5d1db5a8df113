/** Gives this terminal to tmux, the way that fits where we are. */
import type { AttachInfo } from '../core/protocol/api.js'
import { shellQuote } from '../core/shell-quote.js'
import { planAttach } from '../core/view/attach-plan.js'
import type { VerbContext } from './verb.js'

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
  return `${where.join('')}tmux -L ${info.socket} attach -t ${word}`
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
  const [program = 'tmux', ...args] = plan.argv
  // Most runs of the verbs that can attach do not.
  const { spawn } = await import('node:child_process')
  const child = spawn(program, args, { stdio: 'inherit', env })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
