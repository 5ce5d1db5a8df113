/** Where orchestra keeps its files. `ORCHESTRA_HOME` moves all of it into one directory; else XDG's directories. */
import { createHash } from 'node:crypto'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface HomePaths {
  /** The user's layouts, rules, defaults. */
  readonly config: string
  /** Stores, runs, logs. */
  readonly state: string
  /** Sockets. */
  readonly runtime: string
}

export type Env = Readonly<Record<string, string | undefined>>

export function homePaths(env: Env = process.env): HomePaths {
  const own = env['ORCHESTRA_HOME']
  if (own !== undefined && own !== '') return { config: own, state: own, runtime: join(own, 'run') }
  const home = env['HOME'] ?? homedir()
  const state = join(xdg(env['XDG_STATE_HOME']) ?? join(home, '.local', 'state'), 'orchestra')
  const runtimeBase = xdg(env['XDG_RUNTIME_DIR'])
  return {
    config: join(xdg(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'orchestra'),
    state,
    runtime: runtimeBase === undefined ? join(state, 'run') : join(runtimeBase, 'orchestra'),
  }
}

/** XDG says: a relative path is to be ignored. */
function xdg(value: string | undefined): string | undefined {
  return value !== undefined && value.startsWith('/') ? value : undefined
}

/** What may be lost at any time. */
export function cacheDir(env: Env): string {
  const own = env['ORCHESTRA_HOME']
  if (own !== undefined && own !== '') return join(own, 'cache')
  return join(xdg(env['XDG_CACHE_HOME']) ?? join(env['HOME'] ?? homedir(), '.cache'), 'orchestra')
}

export function sessionsDir(paths: HomePaths): string {
  return join(paths.state, 'sessions')
}

/** Store, daemon.json and logs of one session. */
export function sessionDir(paths: HomePaths, session: string): string {
  return join(sessionsDir(paths), session)
}

export function runDir(paths: HomePaths, session: string): string {
  return join(paths.state, 'runs', session)
}

/** macOS takes 103 bytes in a socket's path, Linux 107: a long one goes to a short place, named by its hash. */
const MAX_SOCKET_PATH = 100

export function socketPath(paths: HomePaths, session: string): string {
  const natural = join(paths.runtime, `${session}.sock`)
  if (Buffer.byteLength(natural) <= MAX_SOCKET_PATH) return natural
  const hash = createHash('sha256').update(natural).digest('hex').slice(0, 16)
  return join('/tmp', `orchestra-${userInfo().uid}`, `${hash}.sock`)
}

/** Written by the daemon once it listens; read by clients to find it. */
export interface DaemonFile {
  readonly session: string
  readonly pid: number
  readonly socket: string
  readonly version: string
  readonly started_at: string
  /** Of its store; absent: a daemon of an older version. */
  readonly store?: string
  /** The file that it was started with. */
  readonly layout?: string
}

/** Stands there from the first start of a daemon until a `down` that ended everything: agents may live. */
export function leftFile(paths: HomePaths, session: string): string {
  return join(sessionDir(paths, session), 'agents-left')
}

export function daemonFile(paths: HomePaths, session: string): string {
  return join(sessionDir(paths, session), 'daemon.json')
}
