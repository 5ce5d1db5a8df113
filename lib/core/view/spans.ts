/**
 * Styled text, independent of where it is drawn: the CLI makes SGR of it, the monitor cells, a web page elements.
 * `span` is the only maker, and it sanitises: nothing that an agent printed gets past it.
 */
import { clip, clipWhole, shorten } from '../text/fit.js'
import { displayWidth } from '../text/display-width.js'
import { safeText } from '../text/safe-text.js'

/** What a piece of text means, not its colour. `alarm` is for what waits for a person, and for nothing else. */
export type Tone =
  'plain' | 'strong' | 'quiet' | 'good' | 'busy' | 'warn' | 'bad' | 'accent' | 'alarm' | 'head'

export interface Span {
  readonly text: string
  readonly tone: Tone
}
export type Line = readonly Span[]

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: safeText(text), tone }
}

export function line(...parts: readonly (Span | string)[]): Line {
  return parts.map((part) => (typeof part === 'string' ? span(part) : part))
}

export function lineWidth(spans: Line): number {
  let width = 0
  for (const { text } of spans) width += displayWidth(text)
  return width
}

export function lineText(spans: Line): string {
  return spans.map(({ text }) => text).join('')
}

/** At most `width` columns; the ellipsis takes the tone of what it stands for. */
export function shortenLine(spans: Line, width: number, ellipsis = '…'): Line {
  if (lineWidth(spans) <= width) return spans
  const out: Span[] = []
  let room = width
  for (const [index, { text, tone }] of spans.entries()) {
    const columns = displayWidth(text)
    const isLast = index === spans.length - 1
    if (columns < room || (columns === room && isLast)) {
      out.push({ text, tone })
      room -= columns
      continue
    }
    const cut = columns === room ? clipWhole(text, room - 1) + ellipsis : shorten(text, room, ellipsis)
    out.push({ text: clip(cut, room), tone })
    break
  }
  return out
}

/** Exactly `width` columns. */
export function fitLine(spans: Line, width: number, ellipsis = '…'): Line {
  const short = shortenLine(spans, width, ellipsis)
  const missing = width - lineWidth(short)
  return missing > 0 ? [...short, span(' '.repeat(missing))] : short
}

/** `left` and `right` at the two edges; the right part is dropped when there is no room for both. */
export function edges(left: Line, right: Line, width: number, ellipsis = '…'): Line {
  const need = lineWidth(right)
  const room = width - need - 1
  if (need === 0 || room < Math.min(lineWidth(left), 12)) return shortenLine(left, width, ellipsis)
  return [...fitLine(left, room, ellipsis), span(' '), ...right]
}

/** `a · b · c`, as many as fit in `width`; what comes first matters most. */
export function joinFitting(
  parts: readonly Line[],
  width: number,
  separator: Span = span(' · ', 'quiet'),
): Line {
  const out: Span[] = []
  let used = 0
  for (const part of parts) {
    const columns = lineWidth(part) + (out.length > 0 ? displayWidth(separator.text) : 0)
    if (used + columns > width) continue
    if (out.length > 0) out.push(separator)
    out.push(...part)
    used += columns
  }
  return out
}
