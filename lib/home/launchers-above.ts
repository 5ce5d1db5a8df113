/**
 * Whether this process was started by an agent or a task: their launcher stands among its ancestors, or one of them, or
 * the process itself, carries the launcher's environment. Nobody is asked who could say otherwise; a program that hides
 * from its ancestors on purpose is not found (SECURITY.md).
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

export interface Mark {
  /** null: only its launcher's place is known. */
  readonly session: string | null
  readonly agent: string | null
  /** Name of the launcher's directory, `<session>-<machine>-<store>`; null: not known. */
  readonly root: string | null
  /** What the launcher gave it to speak to the daemon with; null: an older launcher gave none, or its environment was cleared. */
  readonly token: string | null
}

/** What is known of one process. */
export interface ProcessFacts {
  readonly parent: number
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

const MOST_ANCESTORS = 100
const LAUNCHER = /\/hosts\/([^/]+)\/bin\/launch$/

/** The marks of this process, which knows its own environment, and of all its ancestors, the nearest first. */
export function marksAbove(
  read: (pid: number) => ProcessFacts | null = factsOf,
  pid = process.ppid,
): readonly Mark[] {
  const marks = markOfEnv(process.env)
  for (let at = pid, step = 0; at > 0 && step < MOST_ANCESTORS; step += 1) {
    const facts = read(at)
    if (facts === null) break
    marks.push(...markOfEnv(facts.env), ...markOfArgv(facts.argv))
    at = facts.parent
  }
  return marks
}

/** The mark of an agent or task of that session; undefined: there is none. */
export function markOf(session: string, marks: readonly Mark[]): Mark | undefined {
  return marks.find((mark) => isOfSession(session, mark, marks))
}

function isOfSession(session: string, mark: Mark, marks: readonly Mark[]): boolean {
  if (mark.session !== null) return mark.session === session
  // A launcher whose program cleared its environment: only its place says whose it is.
  const { root } = mark
  if (root?.startsWith(`${session}-`) !== true) return false
  return !marks.some(
    (other) => other.root === root && other.session !== null && isLonger(other.session, session, root),
  )
}

/** As `markOf`, of exactly that daemon: another home may have a session of the same name. */
export function isFrom(
  daemon: { readonly session: string; readonly store?: string | undefined },
  mark: Mark,
  marks: readonly Mark[],
): boolean {
  if (!isOfSession(daemon.session, mark, marks)) return false
  return daemon.store === undefined || mark.root === null || mark.root.endsWith(`-${daemon.store}`)
}

/** `a-b` is no part of the session `a` whose machine is called `b-…`. */
function isLonger(other: string, session: string, root: string): boolean {
  return other.length > session.length && root.startsWith(`${other}-`)
}

export function markOfEnv(env: ProcessFacts['env']): Mark[] {
  const {
    ORCHESTRA_SESSION: session,
    ORCHESTRA_AGENT: agent,
    ORCHESTRA_DIR: dir,
    ORCHESTRA_TOKEN: token,
  } = env
  // The session alone says nothing: a person may name the one that is meant.
  if (session === undefined || session === '' || (agent === undefined && dir === undefined)) return []
  return [
    {
      session,
      agent: agent ?? null,
      root: dir === undefined ? null : basename(dirname(dir)),
      token: token ?? null,
    },
  ]
}

function markOfArgv(argv: readonly string[]): Mark[] {
  return argv.slice(0, 3).flatMap((word) => {
    const root = LAUNCHER.exec(word)?.[1]
    return root === undefined ? [] : [{ session: null, agent: null, root, token: null }]
  })
}

/** null: it is gone, or nobody may look at it. */
function factsOf(pid: number): ProcessFacts | null {
  return fromProc(pid) ?? fromPs(pid)
}

export function fromProc(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything: what counts stands behind the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    return { parent, argv: wordsOf(pid, 'cmdline'), env: envOf(wordsOf(pid, 'environ')) }
  } catch {
    return null
  }
}

function wordsOf(pid: number, file: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')
  } catch {
    // Of another user.
    return []
  }
}

/** Where there is no /proc. `e` appends the environment to the command, which is all one line of words. */
export function fromPs(pid: number): ProcessFacts | null {
  const asked = spawnSync('ps', ['eww', '-o', 'ppid=', '-o', 'command=', '-p', `${pid}`], {
    encoding: 'utf8',
    timeout: 5000,
    maxBuffer: 8 * 1024 * 1024,
  })
  const [, parent, command] = /^\s*(\d+)\s+(.*)$/s.exec(asked.stdout ?? '') ?? []
  if (parent === undefined || command === undefined) return null
  const words = command.trim().split(/\s+/)
  return { parent: Number(parent), argv: words, env: envOf(words) }
}

function envOf(words: readonly string[]): Record<string, string> {
  const pairs = words.flatMap((word) => {
    const at = word.indexOf('=')
    return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as const] : []
  })
  // The first of a name is the one that programs see.
  return Object.fromEntries(pairs.toReversed())
}
