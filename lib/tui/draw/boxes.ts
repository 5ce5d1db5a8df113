/** Boxes over the view: help, a question before something that hurts, the prompt to send. */
import { clusters } from '../../core/text/display-width.js'
import { safeText } from '../../core/text/safe-text.js'
import { shorten } from '../../core/text/fit.js'
import { ellipsisOf } from '../../core/view/glyphs.js'
import { fitLine, lineWidth, span, type Line } from '../../core/view/spans.js'
import { confirmRows, confirmWidth } from '../ui/confirm-rows.js'
import { BINDINGS } from '../ui/keymap.js'
import type { Overlay } from '../ui/state.js'
import { onGround, type Row } from './frame.js'
import type { Look } from './look.js'

export interface Box {
  readonly rows: readonly Row[]
  readonly top: number
  readonly left: number
  /** Of the text cursor, on the screen. */
  readonly cursor: { readonly col: number; readonly row: number } | null
}

export function boxOf(overlay: Overlay, look: Look): Box | null {
  switch (overlay.kind) {
    case 'help':
      return helpBox(look)
    case 'confirm':
      return confirmBox(overlay, look)
    case 'input':
      return overlay.purpose.type === 'send' ? sendBox(overlay, overlay.purpose.agent, look) : null
    case 'details':
      return null
  }
}

function framed(title: string, lines: readonly Line[], width: number, danger: boolean, look: Look): Box {
  const inner = Math.min(width, look.cols - 4)
  const [tl, tr, bl, br, h, v] = look.ascii ? ['+', '+', '+', '+', '-', '|'] : ['┌', '┐', '└', '┘', '─', '│']
  const tone = danger ? 'warn' : 'accent'
  const body = lines.slice(0, Math.max(1, look.rows - 4))
  const shown = shorten(safeText(title), Math.max(1, inner - 1), ellipsisOf(look))
  const head: Line = [span(`${tl}${h} `, tone), span(shown, 'strong'), span(' ', tone)]
  const rows: Row[] = [
    [...head, span(`${h.repeat(Math.max(0, inner + 3 - lineWidth(head)))}${tr}`, tone)],
    ...body.map((text) => [span(`${v} `, tone), ...fitLine(text, inner), span(` ${v}`, tone)]),
    [span(`${bl}${h.repeat(inner + 2)}${br}`, tone)],
  ]
  const top = Math.max(0, Math.floor((look.rows - rows.length) / 2))
  const left = Math.max(0, Math.floor((look.cols - inner - 4) / 2))
  return {
    rows: rows.map((row) =>
      onGround(
        row.map((piece) => piece),
        'box',
      ),
    ),
    top,
    left,
    cursor: null,
  }
}

function confirmBox(overlay: Overlay & { kind: 'confirm' }, look: Look): Box {
  const body = confirmRows(overlay.body, look).rows.map((text): Line => [span(text)])
  const keys: Line = [
    span('y', 'accent'),
    span(' yes   ', 'quiet'),
    span('n', 'accent'),
    span(' no', 'quiet'),
  ]
  return framed(overlay.title, [[], ...body, [], keys], confirmWidth(look), overlay.danger, look)
}

function sendBox(overlay: Overlay & { kind: 'input' }, agent: string, look: Look): Box {
  const width = Math.min(76, look.cols - 4)
  const { rows, cursor } = hardWrap(overlay.value, overlay.cursor, width)
  const most = Math.max(1, look.rows - 8)
  const start = Math.max(0, cursor.row - most + 1)
  const text = rows.slice(start, start + most)
  while (text.length < 3) text.push('')
  const keys: Line = [
    span('Enter', 'accent'),
    span(' send   ', 'quiet'),
    span('Esc', 'accent'),
    span(' leave it', 'quiet'),
  ]
  const box = framed(
    `send to ${agent}`,
    [...text.map((row): Line => [span(row)]), [], keys],
    width,
    false,
    look,
  )
  return {
    ...box,
    cursor: { col: box.left + 2 + Math.min(cursor.col, width - 1), row: box.top + 1 + cursor.row - start },
  }
}

/** Rows of exactly what is typed, and where the cursor stands in them. */
function hardWrap(value: string, cursor: number, width: number) {
  const rows = ['']
  let col = 0
  let at = { row: 0, col: 0 }
  let index = 0
  const put = (text: string, columns: number) => {
    if (col + columns > width) {
      rows.push('')
      col = 0
    }
    rows[rows.length - 1] += text
    col += columns
  }
  for (const line of value.split('\n')) {
    for (const { text, width: columns } of clusters(line)) {
      if (index <= cursor) at = { row: rows.length - 1, col }
      put(text, columns)
      index += text.length
    }
    if (index <= cursor) at = { row: rows.length - 1, col }
    rows.push('')
    col = 0
    index++
  }
  rows.pop()
  return { rows, cursor: at }
}

const GROUPS = { move: 'MOVE', look: 'LOOK', act: 'ACT' } as const

function helpBox(look: Look): Box {
  const column = (group: keyof typeof GROUPS): Line[] => [
    [span(GROUPS[group], 'head')],
    ...BINDINGS.filter((binding) => binding.group === group).map(({ shown, help }): Line => [
      span(shown.padEnd(7), 'accent'),
      span(help),
    ]),
  ]
  const groups = [column('act'), column('look'), column('move')]
  const end: Line[] = [[], [span('any key closes; the mouse chooses, scrolls, opens', 'quiet')]]
  if (look.cols < 118 || look.rows < 22) {
    const all = groups.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]))
    const room = look.rows - 4
    if (all.length <= room) return framed('keys', [...all, ...end].slice(0, room), 48, false, look)
    return framed('keys', briefHelp(look, room), Math.min(72, look.cols - 4), false, look)
  }
  const tallest = Math.max(...groups.map((lines) => lines.length))
  const rows = Array.from({ length: tallest }, (_, index) =>
    groups.flatMap((lines, place) => fitLine(lines[index] ?? [], [46, 44, 24][place] ?? 24)),
  )
  return framed('keys', [...rows, ...end], Math.min(114, look.cols - 4), false, look)
}

/** Where not even one column of all keys fits: acts first, as many as there is room for, in two columns when wide. */
function briefHelp(look: Look, room: number): Line[] {
  const order = { act: 0, look: 1, move: 2 }
  const bindings = [...BINDINGS].sort((a, b) => order[a.group] - order[b.group])
  const wide = look.cols >= 70
  const lines = bindings.map(({ shown, help }): Line => [span(shown.padEnd(6), 'accent'), span(help)])
  if (!wide) return lines.slice(0, room)
  const half = Math.ceil(lines.length / 2)
  const width = Math.floor((Math.min(72, look.cols - 4) - 1) / 2)
  return lines
    .slice(0, half)
    .slice(0, room)
    .map((row, index) => [...fitLine(row, width), span(' '), ...(lines[index + half] ?? [])])
}
