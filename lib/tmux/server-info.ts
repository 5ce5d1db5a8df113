/** Versions of tmux and what is known to be wrong with them. */

export interface TmuxVersion {
  readonly major: number
  readonly minor: number
  /** `a`, `b`, … or empty. */
  readonly letter: string
  readonly text: string
}

/** `tmux 3.3a`, `3.7`, `tmux next-3.8`, `tmux openbsd-7.5` (undefined) → version. */
export function parseTmuxVersion(text: string): TmuxVersion | undefined {
  const match = /^(?:tmux )?(?:next-)?(\d+)\.(\d+)([a-z]?)(?:-rc\d*)?\s*$/.exec(text)
  if (match === null) return undefined
  return { major: Number(match[1]), minor: Number(match[2]), letter: match[3] ?? '', text: text.trim() }
}

/** The oldest that has `pause-after` and subscriptions. */
export const TMUX_FLOOR = '3.2'

export function compareTmuxVersions(a: TmuxVersion, b: TmuxVersion): number {
  return a.major - b.major || a.minor - b.minor || (a.letter < b.letter ? -1 : a.letter > b.letter ? 1 : 0)
}

export function isTmuxSupported(version: TmuxVersion): boolean {
  return compareTmuxVersions(version, TMUX_FLOOR_VERSION) >= 0
}

export interface TmuxQuirk {
  readonly id: string
  /** First version that no longer has it; null: none yet. */
  readonly fixedIn: string | null
  /** First version that has it; null: since ever. */
  readonly since: string | null
  /** `deadly`: can end the server with every agent in it. */
  readonly weight: 'deadly' | 'harmful' | 'note'
  readonly what: string
  readonly mend: string
}

export const TMUX_QUIRKS: readonly TmuxQuirk[] = [
  {
    id: 'window-size-manual',
    since: null,
    fixedIn: '3.7',
    weight: 'deadly',
    what: 'a global `window-size manual` ends the server at the next detached window or session',
    mend: 'remove it from the configuration; orchestra sizes each window by itself',
  },
  {
    id: 'pane-off',
    since: null,
    fixedIn: '3.7',
    weight: 'deadly',
    what: '`refresh-client -A %n:off` of any control client can end the server',
    mend: 'orchestra only pauses; other control clients on this socket may not',
  },
  {
    id: 'respawn-streamed',
    since: null,
    fixedIn: null,
    weight: 'deadly',
    what: 'respawning a pane that a control client streams can end the server',
    mend: 'orchestra restarts an agent in a new window; never use `respawn-pane -k` in the agents’ session',
  },
  {
    id: 'unknown-layout',
    since: null,
    fixedIn: '3.4',
    weight: 'deadly',
    what: '`select-layout` with an unknown name can end the server',
    mend: 'orchestra checks names before tmux sees them',
  },
  {
    id: 'paste-into-dead-pane',
    since: null,
    fixedIn: '3.5',
    weight: 'deadly',
    what: '`paste-buffer` into a pane whose program has ended ends the server',
    mend: 'orchestra asks in the same step; close a dead pane with `C-b x` before you paste',
  },
  {
    id: 'no-output-toggle',
    since: null,
    fixedIn: '3.7',
    weight: 'harmful',
    what: 'changing `no-output` of a running control client hangs it',
    mend: 'orchestra sets it only when it attaches',
  },
  {
    id: 'lost-sigchld',
    since: null,
    fixedIn: '3.6',
    weight: 'harmful',
    what: 'builds with utempter lose the exit status of about half of the panes until the next child ends',
    mend: 'orchestra reads exit records of its launcher and wakes tmux up',
  },
  {
    id: 'stale-control-client',
    since: null,
    fixedIn: null,
    weight: 'harmful',
    what: 'a control client whose reader died may stay attached for ever, and blocks `kill-server`',
    mend: 'orchestra ends its own stale clients by pid when it connects',
  },
  {
    id: 'connecting-control-client',
    since: null,
    fixedIn: '3.7',
    weight: 'deadly',
    what: 'a session that comes or goes, or a window that is chosen, while a control client is connecting can end the server',
    mend: 'orchestra does one after the other; let no other control client attach to this socket',
  },
  {
    id: 'slow-octal',
    since: null,
    fixedIn: '3.7',
    weight: 'note',
    what: 'streaming costs the server about 65 ms of CPU a megabyte',
    mend: 'nothing to do; a newer tmux streams faster',
  },
  {
    id: 'no-refresh-report',
    since: null,
    fixedIn: '3.5',
    weight: 'note',
    what: 'programs that ask for the terminal’s colours get no answer',
    mend: 'nothing to do; some themes look different',
  },
  {
    id: 'upgrade-open-terminal',
    since: '3.5',
    fixedIn: null,
    weight: 'note',
    what: 'after an upgrade the new client may not speak to the running old server',
    mend: 'orchestra keeps the absolute path of the binary that started the server',
  },
  {
    id: 'paste-filter',
    since: '3.7',
    fixedIn: null,
    weight: 'note',
    what: '`paste-buffer` filters control characters',
    mend: 'nothing to do; prompts hold none',
  },
]

export function quirksOf(version: TmuxVersion): readonly TmuxQuirk[] {
  const at = (text: string | null, absent: number) => {
    const other = text === null ? undefined : parseTmuxVersion(text)
    return other === undefined ? absent : compareTmuxVersions(version, other)
  }
  return TMUX_QUIRKS.filter((quirk) => at(quirk.since, 1) >= 0 && at(quirk.fixedIn, -1) < 0)
}

const TMUX_FLOOR_VERSION = parseTmuxVersion(TMUX_FLOOR) as TmuxVersion
