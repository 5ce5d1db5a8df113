/**
 * Which layout a window gets: tmux's own names where tmux scales them well, a computed layout string where panes have
 * shares, because tmux applies a percentage once and forgets it at the next resize.
 */
import {
  countLeaves,
  formatLayoutString,
  type LayoutCell,
  parseLayoutString,
} from '../../core/layout/tmux-layout-string.js'
import { isLayoutName, MIRRORED_LAYOUT_NAMES, type TmuxVersion } from '../../core/layout/tmux-layout-names.js'
import type { Command } from './quote.js'
import { type DesiredWindow, type ObservedWindow, shortHash } from './view-model.js'

const DEFAULT_MAIN_SHARE = 60

/** The control line that lays the window out, or null when it is as it should be. */
export function layoutLine(
  desired: DesiredWindow,
  observed: ObservedWindow,
  version: TmuxVersion | undefined,
): Command[] | null {
  // A person zoomed in: a layout would zoom out again.
  if (observed.isZoomed) return null
  const slots = observed.panes.map((pane) => pane.slot)
  const { key, line } = laidOut(desired, slots, observed, observed.windowId, version)
  return key === observed.layoutKey ? null : line
}

/**
 * For a window of that size that is just being made, whatever tmux it is. Null: that needs the version, and is done by
 * `layoutLine` when that is known.
 */
export function firstLayout(
  desired: DesiredWindow,
  slots: readonly string[],
  size: { readonly cols: number; readonly rows: number },
  target: string,
): Command[] | null {
  if ((MIRRORED_LAYOUT_NAMES as readonly (string | null)[]).includes(desired.layout)) return null
  return laidOut(desired, slots, size, target, undefined).line
}

/** `key` tells what is applied. A pane made anew in its slot shares its neighbour's room: its maker forgets the key. */
function laidOut(
  desired: DesiredWindow,
  slots: readonly string[],
  { cols, rows }: { readonly cols: number; readonly rows: number },
  target: string,
  version: TmuxVersion | undefined,
): { key: string; line: Command[] } {
  const sizes = slots.map((slot) => desired.panes.find((p) => p.slot === slot)?.size ?? null)
  const wanted = wantedLayout(desired.layout, sizes, cols, rows, version)
  const key = shortHash(JSON.stringify([desired.layout, sizes, slots, wanted.scales ? [cols, rows] : 0]))
  const line: Command[] = wanted.options.map(([name, value]) => [
    'set-option',
    '-w',
    '-t',
    target,
    name,
    value,
  ])
  if (slots.length > 1) line.push(['select-layout', '-t', target, wanted.layout])
  line.push(['set-option', '-w', '-t', target, '@orch_layout', key])
  return { key, line }
}

interface WantedLayout {
  readonly layout: string
  readonly options: readonly (readonly [string, string])[]
  /** Depends on the window's size, so it must be applied again when that changes. */
  readonly scales: boolean
}

function wantedLayout(
  layout: string | null,
  sizes: readonly (number | null)[],
  cols: number,
  rows: number,
  version: TmuxVersion | undefined,
): WantedLayout {
  const hasSizes = sizes.some((size) => size !== null)
  const name = layout ?? (sizes.length > 2 && !hasSizes ? 'tiled' : 'even-vertical')
  if (!isLayoutName(name, version)) return customLayout(name, sizes.length, cols, rows)
  if (name === 'tiled' || sizes.length < 2) return { layout: name, options: [], scales: false }
  const isMain = name.startsWith('main-')
  const isVertical = name.includes('vertical')
  if (isMain && (name.endsWith('-mirrored') || sizes.slice(1).every((size) => size === null))) {
    const along = isVertical ? cols : rows
    const main = Math.max(1, Math.round((along * (sizes[0] ?? DEFAULT_MAIN_SHARE)) / 100))
    const option = isVertical ? 'main-pane-width' : 'main-pane-height'
    return { layout: name, options: [[option, String(Math.min(main, along - 2))]], scales: true }
  }
  if (!hasSizes) return { layout: name, options: [], scales: false }
  const cell = isMain
    ? mainCell(isVertical, sizes, cols, rows)
    : evenCell(isVertical ? 'rows' : 'columns', sizes, cols, rows)
  return cell === null
    ? { layout: 'tiled', options: [], scales: true }
    : { layout: formatLayoutString(cell), options: [], scales: true }
}

/** A person's own pane more or less in the window: their layout string no longer fits, and tmux would refuse it. */
function customLayout(text: string, count: number, cols: number, rows: number): WantedLayout {
  const parsed = parseLayoutString(text)
  const fitted = parsed.ok && countLeaves(parsed.cell) === count ? fitCell(parsed.cell, cols, rows) : null
  return { layout: fitted === null ? 'tiled' : formatLayoutString(fitted), options: [], scales: true }
}

/** The same proportions in another size; null when there is no room. */
export function fitCell(cell: LayoutCell, cols: number, rows: number): LayoutCell | null {
  if (cols < 1 || rows < 1) return null
  if (cell.kind === 'leaf') return { kind: 'leaf', cols, rows }
  const isColumns = cell.kind === 'columns'
  const shares = cell.children.map((child) => (isColumns ? child.cols : child.rows))
  const parts = distribute(isColumns ? cols : rows, shares)
  if (parts === null) return null
  const children: LayoutCell[] = []
  for (const [i, child] of cell.children.entries()) {
    const part = parts[i] ?? 0
    const fitted = isColumns ? fitCell(child, part, rows) : fitCell(child, cols, part)
    if (fitted === null) return null
    children.push(fitted)
  }
  return { kind: cell.kind, cols, rows, children }
}

function evenCell(
  kind: 'columns' | 'rows',
  sizes: readonly (number | null)[],
  cols: number,
  rows: number,
): LayoutCell | null {
  const leaf = { kind: 'leaf' as const, cols: 1, rows: 1 }
  if (sizes.length === 1) return { ...leaf, cols, rows }
  const parts = distribute(kind === 'columns' ? cols : rows, percentShares(sizes))
  if (parts === null) return null
  const children = parts.map((part) => ({
    ...leaf,
    ...(kind === 'columns' ? { cols: part, rows } : { cols, rows: part }),
  }))
  return { kind, cols, rows, children }
}

/** The first pane has its share of the width (main-vertical) or height; the others share the other side. */
function mainCell(
  isVertical: boolean,
  sizes: readonly (number | null)[],
  cols: number,
  rows: number,
): LayoutCell | null {
  const parts = distribute(isVertical ? cols : rows, percentShares([sizes[0] ?? DEFAULT_MAIN_SHARE, null]))
  if (parts === null) return null
  const [main = 1, rest = 1] = parts
  const others = isVertical
    ? evenCell('rows', sizes.slice(1), rest, rows)
    : evenCell('columns', sizes.slice(1), cols, rest)
  if (others === null) return null
  const mainLeaf = { kind: 'leaf' as const, cols: isVertical ? main : cols, rows: isVertical ? rows : main }
  return { kind: isVertical ? 'columns' : 'rows', cols, rows, children: [mainLeaf, others] }
}

/** Panes without a percentage share what the others leave, at least a tenth of an even part each. */
function percentShares(sizes: readonly (number | null)[]): number[] {
  const given = sizes.reduce((sum: number, size) => sum + (size ?? 0), 0)
  const open = sizes.filter((size) => size === null).length
  const each = open === 0 ? 0 : Math.max((100 - given) / open, 10 / sizes.length)
  return sizes.map((size) => size ?? each)
}

/** Cells for each share, with one line between two; largest remainders get the rest. null: no room. */
export function distribute(total: number, shares: readonly number[]): number[] | null {
  const room = total - (shares.length - 1)
  if (room < shares.length) return null
  const sum = shares.reduce((a, b) => a + b, 0) || 1
  const exact = shares.map((share) => (share / sum) * room)
  const parts = exact.map((value) => Math.max(1, Math.floor(value)))
  let left = room - parts.reduce((a, b) => a + b, 0)
  const order = exact
    .map((value, i) => ({ i, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (let k = 0; left > 0; k++, left--) {
    const i = order[k % order.length]?.i ?? 0
    parts[i] = (parts[i] ?? 0) + 1
  }
  for (; left < 0; left++) {
    const widest = parts.indexOf(Math.max(...parts))
    parts[widest] = (parts[widest] ?? 2) - 1
  }
  return parts
}
