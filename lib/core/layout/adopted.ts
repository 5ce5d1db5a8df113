/** A pane of somebody's tmux in which an agent of the layout runs: it is shown and typed into, and otherwise left alone. */
import { fields, number, text } from '../shape.js'

export interface AdoptedPane {
  /** A name as `tmux -L` takes it, or an absolute path. */
  readonly socket: string
  readonly pane: string
  /** Of the program: another one in that pane is not the agent. */
  readonly pid: number
}

export const adoptedPaneShape = fields<AdoptedPane>({ socket: text(), pane: text(), pid: number })
