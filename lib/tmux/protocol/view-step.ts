import type { PaneId } from '../../core/ids.js'
import type { Command } from './quote.js'

export interface ViewStep {
  readonly type:
    | 'window.create'
    | 'window.move'
    | 'window.rename'
    | 'window.remove'
    | 'window.release'
    | 'window.layout'
    | 'window.focus'
    | 'pane.create'
    | 'pane.remove'
    | 'pane.focus'
    | 'pane.order'
  /** For a person: `create window 3 Impl (CG-1, CG-2)`. */
  readonly text: string
  readonly lines: readonly (readonly Command[])[]
  /** Done on the way, and undone by a later step or of no account: a person is not told of it. */
  readonly isOwn?: true
  /** Living panes of the person's own commands that end by it, each with what runs there. */
  readonly ends?: readonly { readonly pane: PaneId; readonly runs: string }[]
}
