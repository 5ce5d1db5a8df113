/**
 * What a mirror is painted from, how to ask tmux for it, and the bytes that paint it. After these bytes the local
 * pane shows what the agent's pane showed, with its modes, and the agent's further output can simply follow.
 */
import { decodeOctal } from './notifications.js'
import { QueryFilter } from './query-filter.js'
import { cutLine, standaloneLines } from './styled-lines.js'

export interface PaneSnapshot {
  readonly pane: string
  readonly cols: number
  readonly rows: number
  readonly cursor: { readonly x: number; readonly y: number; readonly visible: boolean }
  readonly scroll: { readonly top: number; readonly bottom: number }
  readonly modes: {
    readonly insert: boolean
    readonly keypad: boolean
    readonly cursorKeys: boolean
    readonly origin: boolean
    readonly wrap: boolean
    readonly mouseStandard: boolean
    readonly mouseButton: boolean
    readonly mouseAll: boolean
    readonly mouseUtf8: boolean
    readonly mouseSgr: boolean
  }
  /** The main screen and its cursor, while the program uses the alternate one. */
  readonly saved: { readonly lines: readonly string[]; readonly x: number; readonly y: number } | null
  readonly title: string
  /** `rows` lines with attributes, each complete in itself. */
  readonly lines: readonly string[]
  /** Lines above them, oldest first. */
  readonly history: readonly string[]
  /** The beginning of an escape sequence that the program has not finished. */
  readonly pending: Buffer
}

const FIELDS = [
  'pane_id',
  'pane_width',
  'pane_height',
  'cursor_x',
  'cursor_y',
  'cursor_flag',
  'scroll_region_upper',
  'scroll_region_lower',
  'insert_flag',
  'keypad_flag',
  'keypad_cursor_flag',
  'origin_flag',
  'wrap_flag',
  'mouse_standard_flag',
  'mouse_button_flag',
  'mouse_all_flag',
  'mouse_utf8_flag',
  'mouse_sgr_flag',
  'alternate_on',
  'alternate_saved_x',
  'alternate_saved_y',
  'history_size',
] as const

/** The title comes last: it may contain anything but a newline. */
const STATE_FORMAT = [...FIELDS, 'pane_title'].map((name) => `#{${name}}`).join(' ')

/** The commands of ONE control line (one line is one atomic step of tmux); their replies go to `parseSnapshot`. */
export function SNAPSHOT_COMMANDS(pane: string, history = 0): string[][] {
  const start = history > 0 ? ['-S', String(-history)] : []
  return [
    ['display-message', '-p', '-t', pane, STATE_FORMAT],
    ['capture-pane', '-p', '-q', '-e', '-N', '-a', '-t', pane],
    ['capture-pane', '-p', '-P', '-C', '-t', pane],
    ['capture-pane', '-p', '-e', '-N', ...start, '-t', pane],
  ]
}

/**
 * `replies`: the text of each command's block, lines joined by LF, none at the end.
 * undefined when the replies are not those of a living pane `pane` (tmux answers for another pane when it is gone).
 */
export function parseSnapshot(pane: string, replies: readonly Uint8Array[]): PaneSnapshot | undefined {
  const [state, saved, pending, screen] = replies.map((reply) => Buffer.from(reply))
  if (state === undefined || saved === undefined || pending === undefined || screen === undefined)
    return undefined
  const words = state.toString('utf8').split(' ')
  const value = (name: (typeof FIELDS)[number]): number => Number(words[FIELDS.indexOf(name)] || 0)
  const flag = (name: (typeof FIELDS)[number]): boolean => value(name) === 1
  const [cols, rows] = [value('pane_width'), value('pane_height')]
  if (words[0] !== pane || !(cols > 0) || !(rows > 0)) return undefined
  const all = standaloneLines(linesOf(screen))
  const above = Math.max(0, Math.min(all.length - rows, value('history_size')))
  return {
    pane,
    cols,
    rows,
    cursor: { x: value('cursor_x'), y: value('cursor_y'), visible: flag('cursor_flag') },
    scroll: { top: value('scroll_region_upper'), bottom: value('scroll_region_lower') },
    modes: {
      insert: flag('insert_flag'),
      keypad: flag('keypad_flag'),
      cursorKeys: flag('keypad_cursor_flag'),
      origin: flag('origin_flag'),
      wrap: flag('wrap_flag'),
      mouseStandard: flag('mouse_standard_flag'),
      mouseButton: flag('mouse_button_flag'),
      mouseAll: flag('mouse_all_flag'),
      mouseUtf8: flag('mouse_utf8_flag'),
      mouseSgr: flag('mouse_sgr_flag'),
    },
    saved: flag('alternate_on')
      ? {
          lines: standaloneLines(linesOf(saved)).slice(0, rows),
          x: value('alternate_saved_x'),
          y: value('alternate_saved_y'),
        }
      : null,
    title: words.slice(FIELDS.length).join(' '),
    lines: all.slice(above, above + rows),
    history: all.slice(0, above),
    pending: decodeOctal(pending),
  }
}

/**
 * Bytes for a pane of the snapshot's own size. The pending bytes are not among them: they go through the same
 * `QueryFilter` as the output that follows. Bracketed paste is always on (the mirror takes the brackets off).
 */
export function paintBytes(snapshot: PaneSnapshot): Buffer {
  const { cursor, scroll, modes, saved, rows, cols } = snapshot
  // RIS does not leave tmux's alternate screen; `3J` so that painted history does not stand there twice.
  let text = `\x1b[?1049l\x1bc${snapshot.history.length > 0 ? '\x1b[3J' : ''}`
  if (saved === null) {
    text += screenText([...snapshot.history, ...snapshot.lines])
  } else {
    text += screenText([...snapshot.history, ...saved.lines])
    text += `${cursorTo(saved.x, saved.y)}\x1b[?1049h\x1b[H${screenText(snapshot.lines)}`
  }
  text += '\x1b[m'
  if (scroll.bottom > scroll.top && (scroll.top > 0 || scroll.bottom < rows - 1)) {
    text += `\x1b[${scroll.top + 1};${scroll.bottom + 1}r`
  }
  text += modeText(modes)
  text += `\x1b[?2004h\x1b]2;${withoutControls(snapshot.title)}\x1b\\`
  const y = modes.origin ? cursor.y - scroll.top : cursor.y
  if (cursor.x < cols) text += cursorTo(cursor.x, y)
  // The cursor waits behind the last column: only writing the line again brings it there.
  else text += `${cursorTo(0, y)}${snapshot.lines[cursor.y] ?? ''}`
  // After the cursor: both would disturb writing that line.
  if (!modes.wrap) text += '\x1b[?7l'
  if (modes.insert) text += '\x1b[4h'
  if (!cursor.visible) text += '\x1b[?25l'
  return new QueryFilter().push(Buffer.from(text))
}

/** Which part of a wider screen a pane shows: the left one, or the one where the cursor is. */
export function shownFrom(
  { cursor, cols: all }: Pick<PaneSnapshot, 'cursor' | 'cols'>,
  cols: number,
): number {
  if (cols >= all || cols < 2 || !cursor.visible || cursor.x < cols) return 0
  // By half a pane: the picture does not move with each character.
  const step = Math.ceil(cols / 2)
  return Math.min(Math.ceil((cursor.x - cols + 1) / step) * step, all - cols)
}

/** For the border of a pane that shows a part: `39/80 ›`. Empty: all of it is there. */
export function clipSign(snapshot: PaneSnapshot, cols: number, rows: number): string {
  if (cols < snapshot.cols) {
    const from = shownFrom(snapshot, cols)
    const part = `${cols}/${snapshot.cols}`
    return `${from > 0 ? '‹ ' : ''}${part}${from + cols < snapshot.cols ? ' ›' : ''}`
  }
  return rows < snapshot.rows ? `${rows}/${snapshot.rows} rows` : ''
}

/**
 * A still picture for a pane that is smaller than the agent's: the part around the cursor. Mouse and paste modes as they
 * are, so that typing works; the agent's raw output must not follow it.
 */
export function paintClipped(snapshot: PaneSnapshot, cols: number, rows: number): Buffer {
  const { cursor, lines } = snapshot
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const bottom = Math.max(cursor.y, Math.min(last, lines.length - 1))
  const top = Math.max(0, Math.min(cursor.y, bottom - rows + 1))
  const left = shownFrom(snapshot, cols)
  const shown = lines.slice(top, top + rows).map((line) => cutLine(line, cols, left))
  let text = `\x1b[?1049l\x1bc\x1b[?7l${screenText(shown)}\x1b[m${modeText({ ...snapshot.modes, origin: false })}`
  text += `\x1b[?2004h\x1b]2;${withoutControls(snapshot.title)}\x1b\\`
  text += cursorTo(Math.max(0, Math.min(cursor.x - left, cols - 1)), cursor.y - top)
  if (!cursor.visible) text += '\x1b[?25l'
  return new QueryFilter().push(Buffer.from(text))
}

/** A line of our own at the bottom of a pane whose agent cannot be shown. */
export function noticeBytes(text: string, rows: number): Buffer {
  return Buffer.from(`\x1b[?25l\x1b[m\x1b[${rows};1H\x1b[7m ${withoutControls(text)} \x1b[m\x1b[K`)
}

function modeText(modes: PaneSnapshot['modes']): string {
  let text = ''
  if (modes.origin) text += '\x1b[?6h'
  if (modes.keypad) text += '\x1b='
  if (modes.cursorKeys) text += '\x1b[?1h'
  if (modes.mouseUtf8) text += '\x1b[?1005h'
  if (modes.mouseSgr) text += '\x1b[?1006h'
  if (modes.mouseAll) text += '\x1b[?1003h'
  else if (modes.mouseButton) text += '\x1b[?1002h'
  else if (modes.mouseStandard) text += '\x1b[?1000h'
  return text
}

function screenText(lines: readonly string[]): string {
  return lines.join('\r\n')
}

function cursorTo(x: number, y: number): string {
  return `\x1b[${Math.max(0, y) + 1};${x + 1}H`
}

function linesOf(reply: Buffer): string[] {
  if (reply.length === 0) return []
  return reply.toString('utf8').split('\n')
}

function withoutControls(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').slice(0, 200)
}
