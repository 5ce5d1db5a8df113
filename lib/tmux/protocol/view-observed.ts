/** `list-panes -s` of the view session → windows with their panes. */
import { parsePaneId, parseWindowId } from '../../core/ids.js'
import type { ObservedPane, ObservedWindow } from './view-model.js'

/** Words without spaces only; a name that a person chose never stands here. */
export const OBSERVE_FORMAT = [
  'window_id',
  'window_index',
  'window_width',
  'window_height',
  'window_zoomed_flag',
  'window-size',
  '@orch_window',
  '@orch_layout',
  'pane_id',
  'pane_index',
  'pane_tty',
  'pane_width',
  'pane_height',
  'pane_dead',
  'pane_active',
  '@orch_slot',
]
  .map((name) => `#{${name}}`)
  .join('\t')

/** Windows in the order of their numbers. Lines that do not parse are left out. */
export function parseObserved(text: string): ObservedWindow[] {
  const windows = new Map<string, ObservedWindow & { panes: ObservedPane[] }>()
  for (const line of text.split('\n')) {
    const [window = '', index, cols, rows, zoomed, sizing, mark = '', layoutKey = '', pane = '', ...rest] =
      line.split('\t')
    const [paneIndex, tty = '', paneCols, paneRows, dead, active, slot = ''] = rest
    const windowId = parseWindowId(window)
    const paneId = parsePaneId(pane)
    if (windowId === undefined || paneId === undefined) continue
    const known = windows.get(windowId) ?? {
      windowId,
      index: Number(index),
      cols: Number(cols),
      rows: Number(rows),
      isZoomed: zoomed === '1',
      isPinned: sizing === 'manual',
      mark,
      layoutKey,
      panes: [],
    }
    windows.set(windowId, known)
    known.panes.push({
      paneId,
      index: Number(paneIndex),
      tty,
      cols: Number(paneCols),
      rows: Number(paneRows),
      slot,
      isDead: dead === '1',
      isActive: active === '1',
    })
  }
  return [...windows.values()].sort((a, b) => a.index - b.index)
}
