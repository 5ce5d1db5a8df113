/** Gives this terminal to tmux, the way that fits where we are. */
import { spawn } from 'node:child_process'
import type { AttachInfo } from '../core/protocol/api.js'
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
  return `${where.join('')}tmux -L ${info.socket} attach -t =${info.view}`
}

export async function attachTerminal(
  info: AttachInfo,
  target: AttachTarget,
  c: VerbContext,
): Promise<number> {
  const session = `=${info.view}`
  const spot = target.window === null ? session : `${session}:${target.window}`
  const select = target.pane === null ? [] : [';', 'select-pane', '-t', target.pane]
  const inside = c.env['TMUX']?.split(',')[0]
  if (inside !== undefined && inside !== '' && inside === info.socketPath) {
    return tmux(info, ['switch-client', ...(target.readOnly ? ['-r'] : []), '-t', spot, ...select], c)
  }
  if (inside !== undefined && inside !== '') {
    c.err(
      `This is a tmux inside your tmux: its prefix ${info.prefix} is reached by typing ${info.prefix} twice, when yours is the same.\n`,
    )
  }
  const flags = target.readOnly ? ['-f', 'read-only,ignore-size'] : []
  return tmux(info, ['attach-session', ...flags, '-t', spot, ...select], c)
}

function tmux(info: AttachInfo, args: readonly string[], c: VerbContext): Promise<number> {
  const { TMUX: _own, ...env } = c.env
  const child = spawn('tmux', ['-u', '-L', info.socket, ...args], {
    stdio: 'inherit',
    env: { ...(args[0] === 'switch-client' ? c.env : env), ...info.env },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
