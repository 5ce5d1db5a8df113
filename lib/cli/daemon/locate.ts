/** Which daemon is meant. Reads a few small files; no YAML, no packages: this is on the path of every fast verb. */
import { fix } from '../../core/fixes.js'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isId } from '../../core/ids.js'
import { OrchestraError } from '../../core/errors.js'
import { readPlainFile } from '../../home/read-plain-file.js'
import { daemonFile, sessionsDir, type DaemonFile, type Env, type HomePaths } from '../../home/paths.js'
import { isGone } from './is-gone.js'

export interface KnownDaemon {
  readonly session: string
  /** null: there is a store, but no daemon runs. */
  readonly daemon: DaemonFile | null
  /** It did not take leave: killed, or the machine was. */
  readonly crashed?: DaemonFile
}

export function knownDaemons(paths: HomePaths): KnownDaemon[] {
  let names: string[]
  try {
    names = readdirSync(sessionsDir(paths))
  } catch {
    return []
  }
  return names.filter(isId).map((session) => {
    const file = readDaemonFile(paths, session)
    if (file === null) return { session, daemon: null }
    return isGone(file.pid) ? { session, daemon: null, crashed: file } : { session, daemon: file }
  })
}

function readDaemonFile(paths: HomePaths, session: string): DaemonFile | null {
  try {
    return JSON.parse(readPlainFile(daemonFile(paths, session))) as DaemonFile
  } catch {
    return null
  }
}

export function runningDaemon(paths: HomePaths, session: string): DaemonFile | null {
  const file = readDaemonFile(paths, session)
  return file !== null && !isGone(file.pid) ? file : null
}

/** The session of `./orchestra.yaml`, read without a YAML parser: one key at the left margin. */
export function sessionOfLayoutFile(file: string): string | undefined {
  try {
    const name = /^session:[ \t]*["']?([A-Za-z0-9][A-Za-z0-9_-]*)["']?[ \t]*(#.*)?$/m.exec(
      readPlainFile(file),
    )?.[1]
    return name !== undefined && isId(name) ? name : undefined
  } catch {
    return undefined
  }
}

/** Contract §1: the session named, else the only one there is, else the one of `./orchestra.yaml`, else an error that lists them. */
export function chooseDaemon(
  known: readonly KnownDaemon[],
  wanted: string | undefined,
  cwd: string,
): DaemonFile {
  if (wanted !== undefined) {
    if (!isId(wanted))
      throw new OrchestraError(`--session ${wanted}: not a session's name`, { kind: 'usage' })
    const found = known.find((k) => k.session === wanted)
    if (found?.daemon) return found.daemon
    throw notRunning(wanted, known)
  }
  const running = known.flatMap((k) => (k.daemon === null ? [] : [k.daemon]))
  const only = running[0]
  if (running.length === 1 && only !== undefined) return only
  const here = sessionOfLayoutFile(join(cwd, 'orchestra.yaml'))
  const match = running.find((d) => d.session === here)
  if (match !== undefined) return match
  if (running.length === 0) throw notRunning(here ?? onlyOf(known), known)
  throw new OrchestraError(`several sessions run: ${running.map((d) => d.session).join(', ')}`, {
    kind: 'usage',
    hint: 'Say which one is meant with --session NAME.',
  })
}

/** The session that `chooseDaemon` means, also where no daemon runs. */
export function chosenSession(
  known: readonly KnownDaemon[],
  wanted: string | undefined,
  cwd: string,
): string | undefined {
  if (wanted !== undefined) return isId(wanted) ? wanted : undefined
  const running = known.filter((k) => k.daemon !== null)
  if (running.length === 1) return running[0]?.session
  return sessionOfLayoutFile(join(cwd, 'orchestra.yaml')) ?? onlyOf(known)
}

/** In a window or an agent of ours it is that session, where this home has a store of it. */
export function ownSession(known: readonly KnownDaemon[], env: Env): string | undefined {
  return known.find((k) => k.session === env['ORCHESTRA_SESSION'])?.session
}

/** Of several stores the one whose daemon was lost: the others were taken down. */
function onlyOf(known: readonly KnownDaemon[]): string | undefined {
  const meant = known.length === 1 ? known : known.filter((k) => k.crashed !== undefined)
  return meant.length === 1 ? meant[0]?.session : undefined
}

/** Both when no process of that id runs, and when one does that is not (any more) the daemon. */
export function lostHint({ layout }: DaemonFile): string {
  return `Its agents go on. \`${fix('daemon.again', layout)}\` starts it again.`
}

function notRunning(session: string | undefined, known: readonly KnownDaemon[]): OrchestraError {
  const running = known.filter((k) => k.daemon !== null).map((k) => k.session)
  const crashed = known.find((k) => k.session === session)?.crashed
  if (crashed !== undefined) {
    return new OrchestraError(`the daemon of session ${crashed.session} is gone`, {
      kind: 'unreachable',
      hint: lostHint(crashed),
    })
  }
  const lost = known.flatMap((k) => (k.crashed === undefined ? [] : [k.session]))
  if (session === undefined && lost.length > 1) {
    return new OrchestraError(`the daemons of ${lost.join(', ')} are gone`, {
      kind: 'unreachable',
      hint: 'Their agents go on. With --session NAME each verb tells the command that starts one again.',
    })
  }
  return new OrchestraError(
    session === undefined ? 'no daemon runs' : `no daemon runs for session ${session}`,
    { kind: 'unreachable', hint: whatToDo(session, running, known) },
  )
}

function whatToDo(
  session: string | undefined,
  running: readonly string[],
  known: readonly KnownDaemon[],
): string {
  if (running.length > 0) return `These run: ${running.join(', ')}. Choose one with --session NAME.`
  const start = `Start one with \`${fix('daemon.start')}\` (\`${fix('layout.write')}\` writes a layout).`
  if (session !== undefined || known.length < 2) return start
  const kept = known.map((one) => one.session).join(', ')
  return `Of earlier sessions is kept: ${kept}. --session NAME reads one. ${start}`
}

export interface Defaults {
  readonly host?: string
}

/** What `orchestra use` remembers. */
export function readDefaults(paths: HomePaths): Defaults {
  try {
    return JSON.parse(readPlainFile(join(paths.config, 'use.json'))) as Defaults
  } catch {
    return {}
  }
}

export function colorWanted(env: Env, isTerminal: boolean, asked: boolean | undefined): boolean {
  if (asked !== undefined) return asked
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false
  return isTerminal || (env['FORCE_COLOR'] ?? '') !== ''
}
