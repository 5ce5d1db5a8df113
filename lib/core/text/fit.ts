import { clusters, displayWidth } from './display-width.js'

/** The longest beginning of the text that takes at most `width` columns; never half a wide character. */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let out = ''
  let used = 0
  for (const cluster of clusters(text)) {
    if (used + cluster.width > width) break
    out += cluster.text
    used += cluster.width
  }
  return out
}

/** Digits, and what joins them into one figure: `15`, `9/15`, `1.5`, `12:30:05`, `1,024`. */
const FIGURE = /\d+(?:[.,:/]\d+)*/g

/** As `clip`, but a figure is whole or absent: the first digits of a number are another number. */
export function clipWhole(text: string, width: number): string {
  const kept = clip(text, width)
  if (kept.length === text.length || !/\d$|\d[.,:/]$/.test(kept)) return kept
  for (const { index, 0: figure } of text.matchAll(FIGURE)) {
    if (index >= kept.length) break
    if (index + figure.length > kept.length) return kept.slice(0, index)
  }
  return kept
}

/** At most `width` columns; what was cut shows by the ellipsis, and no figure is cut. */
export function shorten(text: string, width: number, ellipsis = '…'): string {
  if (displayWidth(text) <= width) return text
  const room = width - displayWidth(ellipsis)
  return room <= 0 ? clip(ellipsis, width) : clipWhole(text, room).trimEnd() + ellipsis
}

/** Exactly `width` columns: shortened, or filled with spaces. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = '…'): string {
  const short = shorten(text, width, ellipsis)
  const space = ' '.repeat(Math.max(0, width - displayWidth(short)))
  return align === 'left' ? short + space : space + short
}
