import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OrchestraError } from '../../core/errors.js'
import type { AttachInfo } from '../../core/protocol/api.js'
import type { Daemon } from '../daemon.js'

export function attachInfo(daemon: Daemon): AttachInfo {
  const { layout } = daemon.loop.state
  if (layout === null)
    throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: 'orchestra up LAYOUT' })
  const own = process.env['TMUX_TMPDIR']
  const dir = own !== undefined && existsSync(own) ? own : '/tmp'
  return {
    socket: layout.tmux.socket,
    socketPath: join(dir, `tmux-${process.getuid?.() ?? 0}`, layout.tmux.socket),
    view: daemon.view.name,
    prefix: 'C-b',
    env: own === undefined ? {} : { TMUX_TMPDIR: own },
    windows: layout.windows.map((window, i) => ({
      index: i + 1,
      name: window.name,
      agents: window.panes.flatMap((pane) =>
        pane.kind === 'agent' ? [{ id: pane.agent, pane: daemon.view.paneOf(pane.agent)?.pane ?? null }] : [],
      ),
    })),
  }
}
