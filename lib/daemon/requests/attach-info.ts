import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AttachInfo } from '../../core/protocol/api.js'
import { localSocketPath } from '../../tmux/local-socket-path.js'
import type { Daemon } from '../daemon.js'

export function attachInfo(daemon: Daemon): AttachInfo {
  const { layout } = daemon.loop.state
  if (layout === null)
    throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: fix('layout.give') })
  const own = process.env['TMUX_TMPDIR']
  return {
    socket: layout.tmux.socket,
    socketPath: localSocketPath(layout.tmux.socket),
    view: daemon.parts.view.name,
    prefix: 'C-b',
    env: own === undefined ? {} : { TMUX_TMPDIR: own },
    windows: layout.windows.map((window, i) => ({
      index: i + 1,
      name: window.name,
      agents: window.panes.flatMap((pane) =>
        pane.kind === 'agent'
          ? [{ id: pane.agent, pane: daemon.parts.view.paneOf(pane.agent)?.pane ?? null }]
          : [],
      ),
    })),
  }
}
