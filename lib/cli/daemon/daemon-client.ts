/** The API of a daemon of this machine, with words for one that is there and does not answer. */
import { fix } from '../../core/fixes.js'
import { readFileSync } from 'node:fs'
import { ApiClient } from '../../api/client.js'
import { identityLine, type DaemonName } from '../../api/identity.js'
import type { DaemonFile } from '../../home/paths.js'
import { isGone } from './is-gone.js'
import { lostHint } from './locate.js'

export function daemonClient(daemon: DaemonFile): ApiClient {
  return new ApiClient(
    daemon.socket,
    lostHint(daemon),
    () => silent(daemon),
    (method, path) => identityLine(daemon, method, path),
  )
}

/** Of a daemon that has just said where it listens. */
export function greetedClient(daemon: DaemonName & { readonly socket: string }): ApiClient {
  return new ApiClient(daemon.socket, undefined, undefined, (method, path) =>
    identityLine(daemon, method, path),
  )
}

function silent(daemon: DaemonFile): { message: string; hint: string } {
  const { pid } = daemon
  if (isGone(pid)) return { message: 'the daemon does not answer any more', hint: lostHint(daemon) }
  const state = stateOf(pid)
  const instead = `\`${fix('daemon.end', pid)}\` ends it: ${lostHint(daemon).toLowerCase().slice(0, 1)}${lostHint(daemon).slice(1)}`
  return state === 'stopped'
    ? {
        message: `the daemon (pid ${pid}, stopped) does not answer`,
        hint: `\`${fix('daemon.continue', pid)}\` lets it go on. ${instead}`,
      }
    : {
        message: `the daemon (pid ${pid}${state === '' ? '' : `, ${state}`}) does not answer`,
        hint: `It may be busy: try again in a moment. ${instead}`,
      }
}

const STATES: Readonly<Record<string, string>> = {
  T: 'stopped',
  t: 'stopped',
  D: 'waiting for a disk',
  R: 'busy',
}

/** Empty: not known, or nothing that a person could do something about. */
function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in brackets, and may hold some itself.
    return STATES[stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)] ?? ''
  } catch {
    return ''
  }
}
