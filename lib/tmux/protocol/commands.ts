/**
 * tmux commands as argv, for the control client. Targets are ids or exact names. Free text goes only where tmux does not
 * expand formats (buffers, option values, keys, command words): `#(…)` in a name, a title or a `-c` would run a shell.
 */
import { OrchestraError } from '../../core/errors.js'
import { ID_PATTERN } from '../../core/ids.js'
import type { PaneId, WindowId } from '../../core/ids.js'
import { shellQuote } from '../../core/shell-quote.js'
import type { Command } from './quote.js'
import { exactSession, windowAt } from './targets.js'

/** More keys in one command cost quadratic time, and 10 000 overflow the parser of tmux. */
const MAX_KEYS = 256
const MAX_SIDE = 10_000

export interface NewWindow {
  readonly session: string
  /** Free in that session; `=SESSION:INDEX` means the window in the same line. */
  readonly index: number
  /** `[A-Za-z0-9_-]` only. */
  readonly name: string
  /** Command words; no shell reads them. */
  readonly argv: readonly string[]
  /** Printed by tmux: a format of our own, never of anybody else. */
  readonly format: string
}

/** Not made current: that is notified to every control client, and tmux up to 3.6 dies of one that is just connecting. */
export function newWindow({ session, index, name, argv, format }: NewWindow): Command {
  const safe = ID_PATTERN.test(name) && argv.length > 0 && /^[^-=]+$/.test((argv[0] ?? '').slice(0, 1))
  if (!safe) throw new OrchestraError(`not a window that can be started: ${name}`, { kind: 'bug' })
  // tmux hands a single word to a shell.
  const words = argv.length === 1 ? ['env', ...argv] : argv
  return ['new-window', '-d', '-t', windowAt(session, index), '-n', name, '-P', '-F', format, ...words]
}

export type OptionTarget = PaneId | WindowId | `=${string}:${number}`

/** Sets an option to exactly that text; unknown ones (an older tmux) are passed over. */
export function setOption(
  scope: 'session' | 'window' | 'pane',
  target: OptionTarget,
  name: string,
  value: string,
): Command {
  const flags = { session: [], window: ['-w'], pane: ['-p'] }[scope]
  return ['set-option', '-q', ...flags, '-t', target, '--', name, value]
}

export function resizeWindow(target: OptionTarget, cols: number, rows: number): Command {
  const side = (n: number) => String(Math.min(MAX_SIDE, Math.max(1, Math.trunc(n))))
  return ['resize-window', '-t', target, '-x', side(cols), '-y', side(rows)]
}

/** The bytes as if typed, in as many commands as needed. */
export function sendKeysHex(pane: PaneId, bytes: Uint8Array): Command[] {
  const commands: Command[] = []
  for (let at = 0; at < bytes.length; at += MAX_KEYS) {
    const keys = Array.from(bytes.subarray(at, at + MAX_KEYS), (byte) => byte.toString(16).padStart(2, '0'))
    commands.push(['send-keys', '-H', '-t', pane, ...keys])
  }
  return commands
}

/** Leaves copy mode and the like; nothing happens when the pane is in none. */
export function leaveMode(pane: PaneId): Command {
  return ['copy-mode', '-q', '-t', pane]
}

/** Puts a word before what the pane's option holds, which keeps its first `limit` characters. */
export function prependOption(pane: PaneId, name: string, word: string, limit: number): Command {
  return ['set-option', '-q', '-p', '-F', '-t', pane, '--', name, `${word} #{=${limit}:${name}}`]
}

export function setBuffer(buffer: string, data: string | Uint8Array): Command {
  return ['set-buffer', '-b', buffer, '--', data]
}

/**
 * Fails when the pane's program has ended, and with it the rest of the line: no other command of tmux 3.2 and 3.3 does.
 * An agent's pane has the value anyway that it is given otherwise.
 */
export function expectAlive(pane: PaneId): Command {
  return ['set-option', '-p', '-F', '-t', pane, 'remain-on-exit', '#{?pane_dead,ended,on}']
}

/**
 * Pastes and deletes the buffer; LF stays LF. `bracketed`: with paste brackets if the program asked for them. A paste
 * into a dead pane ends a 3.3a server: never without `expectAlive` before it in the same line.
 */
export function pasteBuffer(buffer: string, pane: PaneId, bracketed: boolean): Command {
  return ['paste-buffer', ...(bracketed ? ['-p'] : []), '-r', '-d', '-b', buffer, '-t', pane]
}

export interface CaptureOptions {
  /** With SGR sequences. */
  readonly ansi?: boolean
  /** Wrapped lines joined, trailing spaces kept. */
  readonly joined?: boolean
  /** Lines of history above the screen. */
  readonly history?: number
}

export function capturePane(pane: PaneId, { ansi, joined, history }: CaptureOptions = {}): Command {
  return [
    'capture-pane',
    '-p',
    ...(ansi === true ? ['-e'] : []),
    ...(joined === true ? ['-J'] : []),
    ...(history === undefined || history <= 0 ? [] : ['-S', String(-Math.trunc(history))]),
    '-t',
    pane,
  ]
}

/** tmux answers for another pane when this one is gone: let the format begin with `#{pane_id}` and compare. */
export function displayMessage(target: OptionTarget, format: string): Command {
  return ['display-message', '-p', '-t', target, format]
}

/** Every pane of the session, once (a grouped session would double them under `-a`). */
export function listPanes(session: string, format: string): Command {
  return ['list-panes', '-s', '-t', exactSession(session), '-F', format]
}

/** A value that tmux watches once a second and reports when it changes. */
export function subscribe(name: string, what: '%*' | '@*' | '', format: string): Command {
  return ['refresh-client', '-B', `${name}:${what}:${format}`]
}

/** `off` is left out on purpose: it crashes servers before 3.7. */
export function paneFlow(pane: PaneId, flow: 'pause' | 'continue'): Command {
  return ['refresh-client', '-A', `${pane}:${flow}`]
}

export function killWindow(window: WindowId): Command {
  return ['kill-window', '-t', window]
}

/** Appends what the pane prints to a file on that machine, from now on; replaces a running one. */
export function logTo(target: OptionTarget, file: string): Command {
  // tmux expands formats and dates in this argument.
  const text = `exec cat >> ${shellQuote(file)}`.replace(/[#%]/g, '$&$&')
  return ['pipe-pane', '-t', target, text]
}
