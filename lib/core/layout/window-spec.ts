/** A window of a layout, and its panes. */
import type { AgentId, WindowName } from '../ids.js'
import { fields, flag, list, names, number, oneOf, orNull, text, word } from '../shape.js'
import { VIEW_NAMES, type ViewName } from './view-names.js'

export type PaneSpec = (
  | { readonly kind: 'agent'; readonly agent: AgentId }
  | { readonly kind: 'view'; readonly view: ViewName }
  /** A command of the person's own on the local machine: argv, run as the pane's process. */
  | {
      readonly kind: 'command'
      readonly command: readonly string[]
      readonly cwd: string | null
      readonly env: Readonly<Record<string, string>>
    }
) & {
  /** Share of the window in percent, or null. Along the layout's main direction. */
  readonly size: number | null
  readonly focus: boolean
}

export interface WindowSpec {
  readonly name: WindowName
  readonly title: string | null
  /** A layout name that this tmux knows, or a custom string with a right checksum; null: tmux's choice (`tiled` from three panes on). */
  readonly layout: string | null
  readonly panes: readonly PaneSpec[]
  readonly focus: boolean
}

const paneBase = { size: orNull(number), focus: flag }
const pane = oneOf<PaneSpec, 'kind'>('kind', {
  agent: { ...paneBase, agent: text() },
  view: { ...paneBase, view: word(...VIEW_NAMES) },
  command: { ...paneBase, command: list(text()), cwd: orNull(text()), env: names(text()) },
})

export const windowShape = fields<WindowSpec>({
  name: text(),
  title: orNull(text()),
  layout: orNull(text()),
  panes: list(pane),
  focus: flag,
})
