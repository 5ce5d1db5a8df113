/** `orchestra forecast` for people: when it ends, which dates are kept, what decides that, what would help. */
import type { ForecastDocument, HelpRow } from '../protocol/forecast.js'
import { civilAt, formatCivil } from '../time-zone.js'
import { formatDuration } from '../time.js'
import { ellipsisOf, glyph } from './glyphs.js'
import { MILESTONE_LOOK, milestoneWord, type MilestoneTheme } from './milestone-lines.js'
import { span, type Line } from './spans.js'
import { wrapLine } from './wrap-line.js'

/** As wide as the heads. */
const INDENT = 9

export function forecastLines(doc: ForecastDocument, cols: number, theme: MilestoneTheme): Line[] {
  const when = (iso: string | null) =>
    iso === null ? '?' : formatCivil(civilAt(Date.parse(iso), doc.timezone))
  const lines: Line[] = [
    [
      span('end      ', 'head'),
      span(when(doc.end), 'strong'),
      span(` (slowly ${when(doc.slow_end)}), times in ${doc.timezone}`, 'quiet'),
    ],
    [
      span('work     ', 'head'),
      span(
        `${doc.tasks} ${doc.tasks === 1 ? 'task' : 'tasks'} left, ${formatDuration(doc.work_s * 1000)} by their estimates`,
      ),
      span(paceWords(doc, theme.ascii), 'quiet'),
    ],
  ]
  for (const row of doc.milestones) {
    lines.push([
      glyph(MILESTONE_LOOK[row.state], theme),
      span(` ${row.id}`, 'strong'),
      span(` ${milestoneWord(row)}`, MILESTONE_LOOK[row.state].tone),
      span(`  ${row.done}/${row.total}  ${when(row.forecast)} for ${when(row.due)}`),
      span(row.title === null ? '' : `  ${row.title}`, 'quiet'),
    ])
  }
  if (doc.critical_path.length > 0)
    lines.push([
      span('path     ', 'head'),
      span(`${formatDuration(doc.critical_path_s * 1000)}  `),
      span(doc.critical_path.join(theme.ascii ? ' -> ' : ' → ')),
    ])
  for (const help of doc.help) lines.push([span('helps    ', 'head'), ...helpLine(help)])
  return lines.flatMap((line) =>
    wrapLine(line, cols, Math.min(INDENT, Math.floor(cols / 4)), ellipsisOf(theme)),
  )
}

function helpLine(help: HelpRow): Line {
  const earlier = `${formatDuration(help.earlier_s * 1000)} earlier`
  const whom = help.milestone === null ? '' : `${help.milestone} `
  const enough = help.milestone !== null && help.enough ? ': on time then' : ''
  return [span(helpWords(help)), span(`  ${whom}${earlier}${enough}`, enough === '' ? 'quiet' : 'good')]
}

function helpWords({ kind, role, count, tier, tasks }: HelpRow): string {
  if (kind === 'workers') {
    const many = count === 1 ? '1 more worker' : `${count} more workers`
    return role === null ? many : `${many} of role ${role}`
  }
  const names =
    tasks.length > 3 ? `${tasks.slice(0, 3).join(', ')} and ${tasks.length - 3} more` : tasks.join(', ')
  return `leave out ${tier === 'P1' ? 'P1 and P2' : 'P2'}: ${names}`
}

function paceWords({ paces }: ForecastDocument, ascii: boolean): string {
  if (paces.length === 0) return ''
  const said = paces.map(
    ({ role, median, samples }) => `${role ?? 'all'} ${ascii ? 'x' : '×'}${median.toFixed(2)} of ${samples}`,
  )
  return `; took ${said.join(', ')}`
}
