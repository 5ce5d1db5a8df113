/**
 * From the view as it is to the view as it should be: steps that a person can read (`orchestra plan`) with the control
 * lines that carry them out. A line is one step of tmux and stops at its first error, so a new pane and its stamp are
 * one line: a stamp never lands on another pane. What carries no stamp of ours is never touched.
 */
import type { ViewStep } from './view-step.js'
import { heldWindow, type Held } from './held-options.js'
import { inSession } from './targets.js'
import type { Command } from './quote.js'
import { firstLayout } from './view-layout.js'
import { formatText } from './view-text.js'
import { renameWindows } from './view-rename.js'
import type { DesiredPane, DesiredWindow, ObservedPane, ObservedWindow, ViewDesired } from './view-model.js'

export interface ViewPlan {
  readonly steps: readonly ViewStep[]
  /** Slots that stay as they are. */
  readonly left: readonly string[]
}

/** The stamp of the window that a new session is born with. No layout can name a window so. */
export const BOOT_WINDOW = '_boot'
/** Numbers above these are ours for a moment, while windows change places. */
const PARKING = 5000
/** Where the first window of a new session stands, out of the way. */
export const BOOT_INDEX = PARKING

interface Size {
  readonly cols: number
  readonly rows: number
}

/**
 * The whole of a session that was just born with a boot window at its number, so that nothing has to be asked before.
 * Nobody looks on yet: the windows keep `size`.
 */
export function birthSteps(
  desired: ViewDesired,
  session: string,
  size: Size,
  held: Held = 'all',
): ViewStep[] {
  const steps: ViewStep[] = []
  let begin: number | undefined
  for (const [i, window] of desired.windows.entries()) {
    if (window.panes.length === 0) continue
    steps.push(createWindow(window, window.panes, i + 1, session, { size, held }))
    const target = `${inSession(session)}${i + 1}`
    const layout = firstLayout(window, window.panes.map((pane) => pane.slot), size, target) // prettier-ignore
    if (layout !== null)
      steps.push({ type: 'window.layout', text: `lay ${window.name} out`, lines: [layout] })
    if (begin === undefined || (window.focus && !desired.windows[begin - 1]?.focus)) begin = i + 1
  }
  // Without a window of its own the session would end.
  if (begin === undefined) return []
  const [beginAt, bootAt] = [begin, BOOT_INDEX].map((index) => `${inSession(session)}${index}`) as [
    string,
    string,
  ]
  return [
    ...steps,
    { type: 'window.focus', text: `begin in window ${begin}`, lines: [[['select-window', '-t', beginAt]]] },
    { type: 'window.remove', text: BOOT_REMOVED, lines: [[['kill-window', '-t', bootAt]]], isOwn: true },
  ]
}

export function planView(desired: ViewDesired, there: readonly ObservedWindow[], session: string): ViewPlan {
  const { steps: renames, observed } = renameWindows(desired, there)
  const ours = new Map(observed.filter((w) => w.mark !== '').map((w) => [w.mark, w]))
  const places = placeWindows(desired, observed)
  const wantedNames = new Set(desired.windows.map((w) => w.name))
  const removed = observed.filter((w) => w.mark !== '' && !wantedNames.has(w.mark))
  const steps: ViewStep[] = [...renames, ...moveSteps(desired, ours, removed, observed, places, session)]
  const left: string[] = []
  // A pane that a person moved into a window of their own stays there.
  const elsewhere = new Set(
    observed.flatMap((w) => (wantedNames.has(w.mark) ? [] : livingSlots(w).filter(() => w.mark === ''))),
  )
  for (const window of desired.windows) {
    const have = ours.get(window.name)
    const panes = window.panes.filter((pane) => !elsewhere.has(pane.slot))
    left.push(...window.panes.filter((pane) => elsewhere.has(pane.slot)).map((pane) => pane.slot))
    if (have !== undefined) {
      const result = changeWindow(window, panes, have)
      steps.push(...result.steps)
      left.push(...result.left)
    } else if (panes.length > 0) {
      steps.push(createWindow(window, panes, places.get(window.name) ?? 0, session))
    }
  }
  for (const window of removed) steps.push(...removeWindow(window))
  return { steps, left }
}

/** The number of each window: its place in the layout, unless a person's own window has it; then behind everything. */
function placeWindows(desired: ViewDesired, observed: readonly ObservedWindow[]): Map<string, number> {
  const foreign = new Set(observed.filter((w) => w.mark === '').map((w) => w.index))
  let behind = Math.max(desired.windows.length, ...foreign) + 1
  return new Map(desired.windows.map((w, i) => [w.name, foreign.has(i + 1) ? behind++ : i + 1]))
}

function moveSteps(
  desired: ViewDesired,
  ours: ReadonlyMap<string, ObservedWindow>,
  removed: readonly ObservedWindow[],
  observed: readonly ObservedWindow[],
  places: ReadonlyMap<string, number>,
  session: string,
): ViewStep[] {
  const steps: ViewStep[] = []
  const taken = new Map(observed.map((w) => [w.index, w.windowId as string]))
  const move = (window: ObservedWindow, from: number, to: number): Command[] => {
    taken.delete(from)
    taken.set(to, window.windowId)
    return [['move-window', '-d', '-s', window.windowId, '-t', `${inSession(session)}${to}`]]
  }
  const targets = new Set(places.values())
  let parking = Math.max(PARKING, ...taken.keys()) + 1
  const pending: { window: ObservedWindow; from: number; to: number; text: string }[] = []
  for (const window of removed) {
    if (targets.has(window.index)) {
      // It goes away at the end; until then it must not stand in the way.
      const text = `move window ${window.index} aside`
      steps.push({ type: 'window.move', text, lines: [move(window, window.index, parking++)], isOwn: true })
    }
  }
  for (const { name } of desired.windows) {
    const window = ours.get(name)
    const to = places.get(name)
    if (window === undefined || to === undefined || window.index === to) continue
    pending.push({ window, from: window.index, to, text: `move window ${window.index} ${name} to ${to}` })
  }
  while (pending.length > 0) {
    const free = pending.findIndex((entry) => !taken.has(entry.to))
    const [entry] = pending.splice(Math.max(free, 0), 1)
    if (entry === undefined) break
    if (free !== -1) {
      steps.push({ type: 'window.move', text: entry.text, lines: [move(entry.window, entry.from, entry.to)] })
      continue
    }
    // Each waits for another's place: one steps aside.
    const aside = parking++
    steps.push({
      type: 'window.move',
      text: `move window ${entry.from} aside`,
      lines: [move(entry.window, entry.from, aside)],
      isOwn: true,
    })
    pending.push({ ...entry, from: aside })
  }
  return steps
}

const BOOT_REMOVED = 'close the empty first window'

function createWindow(
  window: DesiredWindow,
  panes: readonly DesiredPane[],
  index: number,
  session: string,
  { size, held }: { readonly size?: Size; readonly held?: Held } = {},
): ViewStep {
  const target = `${inSession(session)}${index}`
  const [first, ...others] = panes
  const lines: Command[][] = []
  if (first !== undefined) {
    const process = processWords(first)
    lines.push([
      ['new-window', '-d', '-t', target, '-n', window.name, ...process],
      ['set-option', '-w', '-t', target, '@orch_window', window.name],
      ...windowOptions(target, held),
      ...paneOptions(target, first),
      ...(size === undefined ? [] : [resizeWindow(target, size)]),
    ])
  }
  others.forEach((pane, i) => {
    lines.push([['split-window', '-t', target, ...processWords(pane)], ...paneOptions(target, pane)])
    // Room for the next split; the last word on the layout comes later.
    if (i >= 2 || i === others.length - 1) lines.push([['select-layout', '-t', target, 'tiled']])
  })
  if (others.length > 0) {
    const focus = panes.findIndex((pane) => pane.focus)
    // `pane-base-index` of the window is 1.
    lines.push([['select-pane', '-t', `${target}.${Math.max(focus, 0) + 1}`]])
  }
  return {
    type: 'window.create',
    text: `create window ${index} ${window.name} (${panes.map(paneName).join(', ')})`,
    lines,
  }
}

function changeWindow(
  window: DesiredWindow,
  panes: readonly DesiredPane[],
  have: ObservedWindow,
): { steps: ViewStep[]; left: string[] } {
  const steps: ViewStep[] = []
  const alive = new Map(have.panes.filter((p) => p.slot !== '' && !p.isDead).map((p) => [p.slot, p]))
  const left = panes.filter((pane) => alive.has(pane.slot)).map((pane) => pane.slot)
  const missing = panes.filter((pane) => !alive.has(pane.slot))
  missing.forEach((pane, i) => {
    const lines: Command[][] = []
    if (have.panes.length + i > 3) {
      lines.push([['select-layout', '-t', have.windowId, 'tiled']])
    }
    lines.push([
      ['split-window', '-t', have.windowId, ...processWords(pane)],
      ['set-option', '-w', '-u', '-t', have.windowId, '@orch_layout'],
      ...paneOptions(have.windowId, pane),
    ])
    steps.push({ type: 'pane.create', text: `create pane ${paneName(pane)} in ${window.name}`, lines })
  })
  const wanted = new Set(panes.map((pane) => pane.slot))
  const active = have.panes.find((pane) => pane.isActive && !pane.isDead)
  if (missing.length > 0 && active !== undefined && (active.slot === '' || wanted.has(active.slot))) {
    // A split goes through the active pane; the person's focus comes back.
    const text = `keep the focus of ${window.name}`
    steps.push({ type: 'pane.focus', text, lines: [[['select-pane', '-t', active.paneId]]] })
  }
  for (const pane of have.panes) {
    if (pane.slot === '' || (wanted.has(pane.slot) && !pane.isDead)) continue
    steps.push({
      type: 'pane.remove',
      text: `remove pane ${pane.paneId} ${pane.slot}`,
      lines: [[['kill-pane', '-t', pane.paneId]]],
      ends: commandsIn([pane]),
    })
  }
  return { steps, left }
}

/** Swaps that bring the panes of a window into the layout's order. Needs what is there after the other steps. */
export function orderSteps(desired: ViewDesired, observed: readonly ObservedWindow[]): ViewStep[] {
  const steps: ViewStep[] = []
  for (const window of desired.windows) {
    const have = observed.find((w) => w.mark === window.name)
    if (have === undefined) continue
    const wanted = window.panes.map((p) => p.slot).filter((slot) => have.panes.some((p) => p.slot === slot))
    const current = have.panes.filter((p) => wanted.includes(p.slot))
    const lines: Command[][] = []
    const order = current.map((p) => p)
    wanted.forEach((slot, i) => {
      const at = order.findIndex((p) => p.slot === slot)
      const [here, there] = [order[i], order[at]]
      if (at === i || here === undefined || there === undefined) return
      lines.push([['swap-pane', '-d', '-s', there.paneId, '-t', here.paneId]])
      ;[order[i], order[at]] = [there, here]
    })
    if (lines.length > 0) steps.push({ type: 'pane.order', text: `reorder panes of ${window.name}`, lines })
  }
  return steps
}

/**
 * While nobody but onlookers is attached our windows keep their size: tmux would fit them to a read-only client that is
 * alone, `ignore-size` or not. A person who can type gets windows of their own size; `lastSize` is what they had.
 */
export function pinLines(
  observed: readonly ObservedWindow[],
  pin: boolean,
  lastSize: (window: string) => { readonly cols: number; readonly rows: number } | undefined = () =>
    undefined,
): Command[][] {
  return observed
    .filter((window) => window.mark !== '' && window.mark !== BOOT_WINDOW && window.isPinned !== pin)
    .map((window): Command[] => {
      const { windowId } = window
      // Not left to the server: its value may be `manual`, too.
      if (!pin) return [['set-option', '-w', '-t', windowId, 'window-size', 'latest']]
      return [resizeWindow(windowId, lastSize(windowId) ?? window)]
    })
}

/** Pins it, too. */
function resizeWindow(target: string, { cols, rows }: Size): Command {
  return ['resize-window', '-t', target, '-x', String(cols), '-y', String(rows)]
}

function removeWindow(window: ObservedWindow): ViewStep[] {
  const own = window.panes.filter((pane) => pane.slot === '')
  if (own.length === 0 || window.mark === BOOT_WINDOW) {
    const lines = [[['kill-window', '-t', window.windowId]]]
    const ends = commandsIn(window.panes)
    if (window.mark === BOOT_WINDOW)
      return [{ type: 'window.remove', text: BOOT_REMOVED, lines, ends, isOwn: true }]
    const text = `remove window ${window.index} ${window.mark}`
    return [{ type: 'window.remove', text, lines, ends }]
  }
  // A person split their own pane off in it: ours go, the window is theirs from now on.
  const lines: Command[][] = [
    [
      ['set-option', '-w', '-u', '-t', window.windowId, '@orch_window'],
      ...window.panes
        .filter((pane) => pane.slot !== '')
        .map((pane): Command => ['kill-pane', '-t', pane.paneId]),
    ],
  ]
  const text = `leave window ${window.index} to you, without our panes`
  return [{ type: 'window.release', text, lines, ends: commandsIn(window.panes) }]
}

/** A mirror or a view can be made again; what a person began in a pane of theirs cannot. */
function commandsIn(panes: readonly ObservedPane[]): NonNullable<ViewStep['ends']> {
  return panes
    .filter((pane) => pane.isPersons === true && pane.slot.includes('/command:') && !pane.isDead)
    .map(({ paneId, runs }) => ({ pane: paneId, runs: runs ?? '' }))
}

/** The key of an agreement to it: exactly these panes. */
export function endsKey({ ends = [] }: ViewStep): string | null {
  return ends.length === 0 ? null : `pane:${ends.map(({ pane }) => pane).join(',')}`
}

function livingSlots(window: ObservedWindow): string[] {
  return window.panes.filter((pane) => pane.slot !== '' && !pane.isDead).map((pane) => pane.slot)
}

function processWords(pane: DesiredPane): string[] {
  const env = Object.entries(pane.env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  // tmux expands formats in `-c`; a directory with `#` in its name is entered by the shell instead.
  if (pane.cwd !== null && pane.cwd.includes('#')) {
    return [...env, '--', 'sh', '-c', 'cd -- "$0" && exec "$@"', pane.cwd, ...pane.argv]
  }
  // A single word would be handed to a shell.
  const words = pane.argv.length === 1 ? ['env', ...pane.argv] : pane.argv
  return [...env, ...(pane.cwd === null ? [] : ['-c', pane.cwd]), '--', ...words]
}

function paneOptions(target: string, pane: DesiredPane): Command[] {
  const set = (name: string, value: string): Command => ['set-option', '-p', '-t', target, name, value]
  const commands = [set('@orch_slot', pane.slot), set('@orch_label', formatText(pane.label))]
  if (pane.agent !== null) commands.push(set('@orch_agent', pane.agent))
  // A view or command that failed leaves its last words; a mirror's process says nothing.
  else commands.push(set('remain-on-exit', 'failed'))
  return commands
}

function windowOptions(target: string, held?: Held): Command[] {
  const set = (name: string, value: string): Command => ['set-option', '-w', '-t', target, name, value]
  return [
    ...heldWindow(target, held),
    set('window-size', 'latest'),
    set('remain-on-exit', 'off'),
    set('pane-border-status', 'top'),
    set('pane-border-format', PANE_BORDER_FORMAT),
    // Else each repaint would push a screen into the local history. tmux before 3.3 has no such option.
    ['set-option', '-q', '-w', '-t', target, 'scroll-on-clear', 'off'],
  ]
}

/** Values of user options are shown as they are, never expanded; `formatText` takes the meaning out of `#[…]`. */
export const PANE_BORDER_FORMAT =
  ' #{?#{!=:#{@orch_label},},#{@orch_label},#{pane_index}}' +
  '#{?#{!=:#{@orch_state},}, · #{@orch_state},}' +
  '#{?#{!=:#{@orch_clip},},  #{@orch_clip},}' +
  '#{?#{!=:#{@orch_link},}, #[reverse] link #{@orch_link} #[noreverse],} '

function paneName(pane: DesiredPane): string {
  return pane.agent ?? pane.slot.slice(pane.slot.indexOf('/') + 1)
}
