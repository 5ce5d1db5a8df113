/** What needs a person, first and unmissable: who, what, and the command that answers it. */
import type { AttentionView } from './attention.js'
import { ellipsisOf, glyph, type Theme } from './glyphs.js'
import { fitLine, shortenLine, span, type Line } from './spans.js'
import type { StatusView } from './status-view.js'
import { formatAge } from './times.js'

/**
 * Two lines an entry (what; how to answer), at most `most` entries; empty when nothing needs anybody. Wide screens put
 * the command at the end of the first line.
 */
export function attentionLines(view: StatusView, cols: number, theme: Theme, most = 8): Line[] {
  const { attention } = view
  if (attention.length === 0) return []
  const human = attention.filter((entry) => entry.isHuman).length
  const title = human > 0 ? ` NEEDS YOU: ${human} ` : ` ATTENTION: ${attention.length} `
  const rest = attention.length - human
  const more = human > 0 && rest > 0 ? `  and ${rest} more to look at` : ''
  const lines: Line[] = [
    shortenLine([span(title, human > 0 ? 'alarm' : 'warn'), span(more, 'quiet')], cols, ellipsisOf(theme)),
  ]
  for (const entry of attention.slice(0, most)) lines.push(...entryLines(entry, cols, theme))
  if (attention.length > most) lines.push([span(`  ${attention.length - most} more`, 'quiet')])
  return lines
}

function entryLines(entry: AttentionView, cols: number, theme: Theme): Line[] {
  const ellipsis = ellipsisOf(theme)
  const age = entry.ageMs === null ? '' : ` ${formatAge(entry.ageMs)}`
  const head: Line = [
    glyph(entry.look, theme),
    span(` ${entry.id}`, 'strong'),
    span(` ${entry.word}${age}`, entry.look.tone),
    span(`  ${entry.text}`),
  ]
  if (entry.act === null) return [shortenLine(head, cols, ellipsis)]
  const act = span(entry.act, 'accent')
  if (cols >= 100) {
    const room = cols - entry.act.length - 2
    return [[...fitLine(head, room, ellipsis), span('  '), act]]
  }
  return [
    shortenLine(head, cols, ellipsis),
    shortenLine([span(theme.ascii ? '  > ' : '  → ', 'quiet'), act], cols, ellipsis),
  ]
}
