/** A window that is called otherwise now is the same window, with whatever runs in it. */
import type { ViewStep } from './view-step.js'
import type { Command } from './quote.js'
import type { DesiredWindow, ObservedWindow, ViewDesired } from './view-model.js'

/** @returns the renames, and the windows as they are after them. */
export function renameWindows(
  desired: ViewDesired,
  observed: readonly ObservedWindow[],
): { readonly steps: readonly ViewStep[]; readonly observed: readonly ObservedWindow[] } {
  const wanted = new Set(desired.windows.map(({ name }) => name))
  const there = new Set(observed.map(({ mark }) => mark))
  const gone = observed.filter(({ mark }) => mark !== '' && !mark.startsWith('_') && !wanted.has(mark))
  const renamed = new Map<string, string>()
  for (const [i, window] of desired.windows.entries()) {
    if (there.has(window.name)) continue
    const candidates = gone
      .filter(({ windowId }) => !renamed.has(windowId))
      .map((old) => ({ old, score: likeness(old, window) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || Number(b.old.index === i + 1) - Number(a.old.index === i + 1))
    const best = candidates[0]?.old
    if (best !== undefined) renamed.set(best.windowId, window.name)
  }
  const steps: ViewStep[] = []
  const after = observed.map((window) => {
    const name = renamed.get(window.windowId)
    if (name === undefined) return window
    const panes = window.panes.map((pane) =>
      pane.slot === '' ? pane : { ...pane, slot: `${name}/${whatOf(pane.slot)}` },
    )
    const target = ['-t', window.windowId]
    const line: Command[] = [
      ['rename-window', ...target, name],
      ['set-option', '-w', ...target, '@orch_window', name],
      ...panes
        .filter(({ slot }) => slot !== '')
        .map(({ paneId, slot }): Command => ['set-option', '-p', '-t', paneId, '@orch_slot', slot]),
    ]
    const text = `rename window ${window.index} ${window.mark} to ${name}`
    steps.push({ type: 'window.rename', text, lines: [line] })
    return { ...window, mark: name, panes }
  })
  return { steps, observed: after }
}

/** Equal panes; or a person's command among those that stay, which nobody could make again. 0: another window. */
function likeness(old: ObservedWindow, now: DesiredWindow): number {
  const had = old.panes.filter(({ slot, isDead }) => slot !== '' && !isDead).map(({ slot }) => whatOf(slot))
  const has = new Set(now.panes.map(({ slot }) => whatOf(slot)))
  const shared = had.filter((what) => has.has(what))
  const isSame = shared.length > 0 && shared.length === had.length && had.length === has.size
  const commands = shared.filter((what) => what.startsWith('command:')).length
  return isSame ? 1000 + shared.length : commands > 0 ? commands * 10 + shared.length : 0
}

/** `Desk/command:12ab` → `command:12ab`. */
function whatOf(slot: string): string {
  return slot.slice(slot.indexOf('/') + 1)
}
