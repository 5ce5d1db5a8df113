/** What needs a person, first and unmissable: who, what, and the command that answers it. */
import type { AttentionView } from './attention.js'
import { safeText } from '../text/safe-text.js'
import { wrap } from '../text/wrap.js'
import { ellipsisOf, glyph, type Theme } from './glyphs.js'
import { fitLine, lineWidth, shortenLine, span, type Line } from './spans.js'
import type { StatusView } from './status-view.js'
import { formatAge } from './times.js'

export interface AttentionTheme extends Theme {
  /** How the program is called, with what says which daemon is meant. Default: `orchestra`. */
  readonly program?: string
}

/**
 * Each entry: what, in as many lines as it takes, and how to answer; at most `most` entries; empty when nothing needs
 * anybody. Wide screens put the command at the end of the first line.
 */
export function attentionLines(view: StatusView, cols: number, theme: AttentionTheme, most = 8): Line[] {
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

function entryLines(entry: AttentionView, cols: number, theme: AttentionTheme): Line[] {
  const age = entry.ageMs === null ? '' : ` ${formatAge(entry.ageMs)}`
  const head: Line = [
    glyph(entry.look, theme),
    span(` ${entry.id}`, 'strong'),
    span(` ${entry.word}${age}`, entry.look.tone),
  ]
  const text = `  ${entry.text}`
  const act = entry.act === null ? null : entry.act.replace(/^orchestra\b/, theme.program ?? 'orchestra')
  const whole: Line = [...head, span(text)]
  const isShort = lineWidth(whole) <= cols
  if (isShort && act !== null && lineWidth(whole) + act.length + 2 <= cols && cols >= 100)
    return [[...fitLine(whole, cols - act.length - 2), span('  '), span(act, 'accent')]]
  // What a person decides about is never cut.
  const what = isShort ? [whole] : [shortenLine(head, cols, ellipsisOf(theme)), ...indented(entry.text, cols)]
  return act === null ? what : [...what, ...commandLines(act, cols, theme)]
}

function indented(text: string, cols: number): Line[] {
  return wrap(safeText(text), cols - 4).map((row): Line => [span(`    ${row}`)])
}

/** A command that can be pasted as it stands: a shell goes on after a backslash at the end of a line. */
function commandLines(command: string, cols: number, theme: Theme): Line[] {
  const rows: string[] = []
  for (const word of command.split(' ')) {
    const last = rows.at(-1)
    if (last !== undefined && last.length + word.length + 7 <= cols) rows[rows.length - 1] = `${last} ${word}`
    else rows.push(word)
  }
  return rows.map((row, i): Line => {
    const lead = i > 0 ? '    ' : theme.ascii ? '  > ' : '  → '
    return [span(lead, 'quiet'), span(i < rows.length - 1 ? `${row} \\` : row, 'accent')]
  })
}
