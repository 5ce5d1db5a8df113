/** Finds the panes in which an agent CLI runs, in what a machine listed. */
import { parseRow } from '../tmux/protocol/format-rows.js'
import { parsePaneId, type PaneId } from '../core/ids.js'
import { knownProgram, type KnownProgram } from './known-programs.js'
import { PANE_FIELDS } from './scripts.js'

export interface FoundPane extends KnownProgram {
  /** Its path. */
  readonly socket: string
  readonly pane: PaneId
  readonly pid: number
  readonly session: string
  readonly cwd: string | null
  /** By the machine's clock, seconds. */
  readonly activeAt: number
  readonly managed: string | null
}

export interface Listed {
  /** The machine's clock, seconds. */
  readonly now: number
  readonly hasTmux: boolean
  readonly panes: readonly FoundPane[]
  /** Claude's own supervisors that run there. */
  readonly supervisors: readonly { readonly pid: number; readonly program: string }[]
}

interface Running {
  readonly pid: number
  readonly args: string
}

export interface WantedPane {
  /** As an address names it. */
  readonly socket: string
  readonly pane: string
}

/** `wanted`: that pane counts whatever runs there. */
export function findAgents(text: string, wanted: WantedPane | null = null): Listed {
  const children = new Map<number, Running[]>()
  const supervisors: { pid: number; program: string }[] = []
  const rows: { socket: string; row: string }[] = []
  const byPid = new Map<number, Running>()
  let now = Math.floor(Date.now() / 1000)
  let hasTmux = true
  let socket = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('now=')) now = Number(line.slice(4)) || now
    else if (line === 'notmux=1') hasTmux = false
    else if (line.startsWith('S ')) socket = line.slice(2)
    else if (line.startsWith('P ')) rows.push({ socket, row: line.slice(2) })
    else if (line.startsWith('X ')) {
      const [, pid = '', parent = '', args = ''] = /^X +(\d+) +(\d+) +(.*)$/.exec(line) ?? []
      const one = { pid: Number(pid), args }
      byPid.set(one.pid, one)
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), one])
      const supervisor = /^(\S*claude\S*) daemon run\b/.exec(args)?.[1]
      if (supervisor !== undefined) supervisors.push({ pid: one.pid, program: supervisor })
    }
  }
  const panes = rows.flatMap(({ socket, row }) => {
    const found = paneOf(socket, row)
    if (found === null) return []
    const isWanted = wanted?.pane === found.pane.pane && wanted.socket === socketName(socket)
    const runs =
      programIn(found.root, byPid, children) ?? (isWanted ? anyProgram(byPid.get(found.root)) : null)
    return runs === null ? [] : [{ ...found.pane, ...runs }]
  })
  return { now, hasTmux, panes, supervisors }
}

function paneOf(
  socket: string,
  line: string,
): { readonly root: number; readonly pane: Omit<FoundPane, 'type' | 'program' | 'pid'> } | null {
  const row = parseRow(line, PANE_FIELDS)
  const pane = parsePaneId(row.pane_id)
  if (pane === undefined || row.pane_dead === '1') return null
  // A session's name may hold the separator; a directory begins with a slash.
  const words = line.split('|').slice(6).join('|')
  const at = words.lastIndexOf('|/')
  const agent = row['@orch_agent']
  return {
    root: Number(row.pane_pid),
    pane: {
      socket,
      pane,
      session: at === -1 ? row.session_name : words.slice(0, at),
      cwd: at === -1 ? null : words.slice(at + 1),
      activeAt: Number(row.window_activity),
      managed: row['@orch_store'] === '' || agent === '' ? null : agent,
    },
  }
}

/** The name that `tmux -L` takes; for a socket where tmux does not look, its path. */
export function socketName(path: string): string {
  return /\/tmux-\d+\/([^/:]+)$/.exec(path)?.[1] ?? path
}

function anyProgram(running: Running | undefined): (KnownProgram & { readonly pid: number }) | null {
  if (running === undefined) return null
  const word = running.args.split(' ')[0] ?? ''
  return { type: 'command', program: word.slice(word.lastIndexOf('/') + 1), pid: running.pid }
}

/** Takes the agent nearest to the pane's own process: what an agent starts is not an agent of its own. */
function programIn(
  root: number,
  byPid: ReadonlyMap<number, Running>,
  children: ReadonlyMap<number, readonly Running[]>,
): (KnownProgram & { readonly pid: number }) | null {
  const own = byPid.get(root)
  let level: readonly Running[] = own === undefined ? [] : [own]
  const seen = new Set<number>()
  while (level.length > 0) {
    for (const { pid, args } of level) {
      const known = knownProgram(args)
      if (known !== null) return { ...known, pid }
      seen.add(pid)
    }
    level = level.flatMap(({ pid }) => children.get(pid) ?? []).filter(({ pid }) => !seen.has(pid))
  }
  return null
}
