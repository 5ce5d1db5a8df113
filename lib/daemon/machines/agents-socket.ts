import type { Machine } from '../../core/layout/model.js'
import { localSocketPath } from '../../tmux/local-socket-path.js'

/** Of a socket's address, with its end. macOS has four fewer than Linux. */
const LONGEST_PATH = 104

/**
 * Where the agents of a machine stand. Those of this machine have a server beside the view's: a person in the view cannot
 * get into their session by any key. `oldSocket`: where an earlier version kept them.
 */
export function agentsSocket(
  { kind }: Machine,
  socket: string,
): { readonly socket: string; readonly oldSocket: string | null } {
  const own = `${socket}-agents`
  const fits = Buffer.byteLength(localSocketPath(own)) < LONGEST_PATH
  return kind === 'local' && fits ? { socket: own, oldSocket: socket } : { socket, oldSocket: null }
}
