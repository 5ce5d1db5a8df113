/** Where the panes of a view are, by slot. */
import type { PaneId, WindowId } from '../core/ids.js'
import type { ObservedWindow } from './protocol/view-model.js'

export interface ViewPane {
  readonly slot: string
  readonly paneId: PaneId
  readonly windowId: WindowId
  readonly windowIndex: number
  readonly tty: string
  readonly cols: number
  readonly rows: number
}

type Panes = ReadonlyMap<string, ViewPane>

export function panesOf(observed: readonly ObservedWindow[]): Panes {
  const panes = new Map<string, ViewPane>()
  for (const { windowId, index, panes: inWindow } of observed) {
    for (const { slot, paneId, tty, cols, rows, isDead } of inWindow) {
      if (slot !== '' && !isDead)
        panes.set(slot, { slot, paneId, windowId, windowIndex: index, tty, cols, rows })
    }
  }
  return panes
}

export function samePanes(a: Panes, b: Panes): boolean {
  return a.size === b.size && [...a].every(([slot, pane]) => samePane(pane, b.get(slot)))
}

function samePane(a: ViewPane, b: ViewPane | undefined): boolean {
  return (
    b !== undefined &&
    a.paneId === b.paneId &&
    a.cols === b.cols &&
    a.rows === b.rows &&
    a.windowId === b.windowId &&
    a.tty === b.tty
  )
}
