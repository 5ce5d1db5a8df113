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
  'pane_current_command',
  // Free text: nothing may stand behind it.
  'pane_start_command',
]
  .map((name) => `#{${name}}`)
  .join('\t')

/** Where a person types, and may have begun something: a shell, an editor, a way to another machine. */
function isPersons(runs: string, started: string): boolean {
  const words = started
    .split(/[\s"']+/)
    .filter((word) => word !== '' && word !== 'env' && !word.startsWith('-'))
  const last = words.at(-1) ?? ''
  return [last, words[0] ?? '', runs].some((word, i) => (i === 1 ? TYPED_IN : PERSONS).test(baseOf(word)))
}

const TYPED_IN = /^(?:n?vim?|emacs|nano|hx|helix|ssh|mosh(?:-client)?|su)$/
const PERSONS =
  /^(?:(?:ba|z|fi|da|k|mk|tc|c)?sh|nu|xonsh|pwsh|elvish|n?vim?|emacs|nano|hx|helix|ssh|mosh(?:-client)?|su)$/

function baseOf(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}

/** Windows in the order of their numbers. Lines that do not parse are left out. */
export function parseObserved(text: string): ObservedWindow[] {
  const windows = new Map<string, ObservedWindow & { panes: ObservedPane[] }>()
  for (const line of text.split('\n')) {
    const [window = '', index, cols, rows, zoomed, sizing, mark = '', layoutKey = '', pane = '', ...rest] =
      line.split('\t')
    const [paneIndex, tty = '', paneCols, paneRows, dead, active, slot = '', runs = '', started = ''] = rest
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
      runs,
      isPersons: isPersons(runs, started),
    })
  }
  return [...windows.values()].sort((a, b) => a.index - b.index)
}
