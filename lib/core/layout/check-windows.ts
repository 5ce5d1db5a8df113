import type { AgentSpec, Layout, WindowSpec } from './model.js'
import { checkName } from './names.js'
import type { LayoutPath, Report } from './report.js'
import { checkLayoutValue } from './tmux-layout.js'

/** As many as fit into 80x24 when tiled. */
const MAX_PANES = 36
const MAX_WINDOWS = 500

export function checkWindows(layout: Layout, report: Report): void {
  const agents = new Map<string, AgentSpec>(layout.agents.map((agent) => [agent.id, agent]))
  const names = new Map<string, number>()
  const shownIn = new Map<string, string>()
  let focused: string | undefined
  if (layout.windows.length > MAX_WINDOWS) {
    report(['windows'], `there are ${layout.windows.length} windows; at most ${MAX_WINDOWS}`)
  }
  for (const [index, window] of layout.windows.entries()) {
    const path: LayoutPath = ['windows', index]
    const first = names.get(window.name)
    if (window.name !== '' && first !== undefined) {
      report([...path, 'name'], `window ${first + 1} is called ${window.name} already`)
    } else names.set(window.name, index)
    if (window.focus && focused !== undefined)
      report([...path, 'focus'], `window ${focused} has the focus already`)
    if (window.focus) focused ??= window.name
    checkPanes(window, path, report)
    for (const [at, pane] of window.panes.entries()) {
      if (pane.kind !== 'agent') continue
      const place = [...path, 'panes', at, 'agent']
      if (!checkName(report, place, 'agent', pane.agent, agents)) continue
      const other = shownIn.get(pane.agent)
      if (other === undefined) shownIn.set(pane.agent, window.name)
      else {
        const where = other === window.name ? 'in this window' : `in window ${other}`
        report(place, `agent ${pane.agent} is shown ${where} already; an agent has one pane`)
      }
    }
  }
}

function checkPanes(window: WindowSpec, path: LayoutPath, report: Report): void {
  const { panes, layout } = window
  if (panes.length > MAX_PANES) {
    report([...path, 'panes'], `${panes.length} panes do not fit into a window; at most ${MAX_PANES}`)
  }
  if (layout !== null && panes.length > 0) {
    const fault = checkLayoutValue(layout, panes.length)
    if (fault !== null) report([...path, 'layout'], fault)
  }
  const sizes = panes.flatMap((pane) => (pane.size === null ? [] : [pane.size]))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const last = panes.findLastIndex((pane) => pane.size !== null)
  const all = sizes.length === panes.length
  if (
    sizes.length > 0 &&
    (total > 100 || (total === 100 && !all) || (all && panes.length > 1 && total !== 100))
  ) {
    const rest = total === 100 ? ', which leaves nothing for the others' : all ? ', not to 100%' : ''
    report([...path, 'panes', last, 'size'], `the sizes of this window's panes add up to ${total}%${rest}`)
  }
  const focused = panes.flatMap((pane, at) => (pane.focus ? [at] : []))
  if (focused.length > 1) {
    report(
      [...path, 'panes', focused[1]!, 'focus'],
      `pane ${focused[0]! + 1} of this window has the focus already`,
    )
  }
}
