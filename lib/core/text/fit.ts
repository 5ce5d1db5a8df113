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

/** At most `width` columns; what was cut shows by the ellipsis. */
export function shorten(text: string, width: number, ellipsis = '…'): string {
  if (displayWidth(text) <= width) return text
  const room = width - displayWidth(ellipsis)
  return room <= 0 ? clip(text, width) : clip(text, room).trimEnd() + ellipsis
}

/** Exactly `width` columns: shortened, or filled with spaces. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = '…'): string {
  const short = shorten(text, width, ellipsis)
  const space = ' '.repeat(Math.max(0, width - displayWidth(short)))
  return align === 'left' ? short + space : space + short
}
