/** What tmux is told of a layout's view, by whoever makes it. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Layout, ViewName } from '../../core/layout/model.js'
import type { Link } from '../../exec/transport.js'
import { localSocketPath } from '../../tmux/local-socket-path.js'
import { MIRROR_ARGV } from '../../tmux/mirror-pane.js'
import type { LocalEnvironment } from '../machines/local-environment.js'
import { viewDesired, type ViewDesired } from '../../tmux/protocol/view-model.js'
import type { ViewSessionOptions } from '../../tmux/opened-view.js'

export interface ViewPlace {
  readonly link: Link
  readonly session: string
  readonly stateDir: string
  readonly viewArgv: (view: ViewName) => readonly string[]
  readonly environment: LocalEnvironment
}

export function viewOptions(
  layout: Layout,
  { link, session, stateDir, environment }: ViewPlace,
): Omit<ViewSessionOptions, 'storeId'> & { readonly socketPath: string } {
  return {
    link,
    address: { tmux: 'tmux', socket: layout.tmux.socket },
    session,
    configPath: join(stateDir, 'tmux.conf'),
    keys: layout.tmux.keys,
    home: homedir(),
    ...(layout.directory === null ? {} : { directory: layout.directory.replace(/^~(?=\/|$)/, homedir) }),
    environment: environment.ofPanes(session),
    socketPath: localSocketPath(layout.tmux.socket),
  }
}

export function viewOf(layout: Layout, { viewArgv }: ViewPlace): ViewDesired {
  return viewDesired(layout, { viewArgv, mirrorArgv: MIRROR_ARGV, home: homedir() })
}
