/** State and size → the whole frame. Pure: specs look at frames without a terminal. */
import { ellipsisOf } from '../../core/view/glyphs.js'
import { queueLines } from '../../core/view/queue-lines.js'
import { shortenLine, span, type Line } from '../../core/view/spans.js'
import type { StatusView } from '../../core/view/status-view.js'
import { pageLines } from '../ui/page-lines.js'
import { shownOf, type Shown } from '../ui/panel-rows.js'
import type { MonitorState } from '../ui/state.js'
import { bodyBlock } from './body.js'
import { boxOf } from './boxes.js'
import { detailsBlock } from './details.js'
import { footerRow } from './footer.js'
import { fitRows, overlay, type Block, type Frame, type Row } from './frame.js'
import { headerRows, waitingRows } from './header.js'
import type { Look } from './look.js'
import { panelBlock } from './panel.js'

/** Exactly `rows` rows of exactly `cols` columns. */
export function monitorFrame(state: MonitorState, look: Look): Frame {
  const shown = shownOf(state, look.now)
  const footer = footerRow(state, shown, look)
  const height = Math.max(1, look.rows - 1)
  const block =
    shown.view === null
      ? plainBlock(waitingRows(state, look))
      : viewBlock(state, shown, shown.view, height, look)
  const rows = state.link.status === 'gone' ? block.rows.map(faded) : block.rows
  const base = [...fitRows(rows, look.cols, height), footer.row].slice(0, look.rows)
  const frame = { rows: base, hits: block.hits, cursor: cursorAt(footer.cursor, look.rows - 1) }
  const top = state.overlays.at(-1)
  const box = top === undefined ? null : boxOf(top, look)
  if (box === null) return frame
  return { ...frame, rows: overlay(base, box.rows, box.top, box.left, look.cols), cursor: box.cursor }
}

function cursorAt(col: number | null, row: number): Frame['cursor'] {
  return col === null ? null : { col, row }
}

function viewBlock(state: MonitorState, shown: Shown, view: StatusView, height: number, look: Look): Block {
  const header = headerRows(state, view, look)
  const room = Math.max(0, height - header.length)
  const details = state.overlays.findLast((overlay) => overlay.kind === 'details')
  const body =
    details === undefined
      ? bodyOf(state, shown, view, room, look)
      : detailsBlock(state, shown, details, room, look)
  const moved = body.hits
    .map((hit) => {
      const top = hit.top + header.length
      return { ...hit, top, ids: hit.ids.slice(0, Math.max(0, height - top)) }
    })
    .filter(({ ids }) => ids.length > 0)
  return { rows: [...header, ...fixed(body.rows, look.cols, room)].slice(0, height), hits: moved }
}

function fixed(rows: readonly Row[], cols: number, height: number): Row[] {
  const blank: Row = [span(' '.repeat(cols))]
  return Array.from({ length: height }, (_, index) => rows[index] ?? blank)
}

function bodyOf(state: MonitorState, shown: Shown, view: StatusView, height: number, look: Look): Block {
  const { cols } = look
  switch (state.view) {
    case 'monitor':
      return bodyBlock(state, shown, height, look)
    case 'queue':
      return plainBlock(fitRows(indented(queueLines(view, cols - 2, height, look), look), cols, height))
    case 'events':
    case 'escalations':
      return panelBlock(state, shown, { panel: state.view, width: cols, height }, look)
    default:
      return pageBlock(state, height, look)
  }
}

/** As far down as was asked for, and no further than its end. */
function pageBlock(state: MonitorState, height: number, look: Look): Block {
  const lines = pageLines(state, look) ?? []
  const top = Math.min(state.scroll, Math.max(0, lines.length - height))
  return plainBlock(fitRows(indented(lines.slice(top), look), look.cols, height))
}

function indented(lines: readonly Line[], look: Look): Line[] {
  return lines.map((line) => shortenLine([span(' '), ...line], look.cols, ellipsisOf(look)))
}

function plainBlock(rows: readonly Row[]): Block {
  return { rows, hits: [] }
}

/** Old figures look old: no colour but that of the news that they are. */
function faded(row: Row): Row {
  return row.map((piece) => (piece.isFresh === true ? piece : { ...piece, tone: 'quiet' }))
}
