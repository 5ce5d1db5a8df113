import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'

/** Where a server of this machine listens. tmux passes over a TMUX_TMPDIR that is not there. */
export function localSocketPath(socket: string): string {
  const own = process.env['TMUX_TMPDIR'] ?? ''
  return join(own !== '' && existsSync(own) ? own : '/tmp', `tmux-${userInfo().uid}`, socket)
}
