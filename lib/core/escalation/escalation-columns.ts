/** The table of escalations: what is wrong, who was told, who took it on. */
import type { EscalationRow } from '../protocol/status.js'
import type { Millis } from '../time.js'
import { glyph, type Look, type Theme } from '../view/glyphs.js'
import { line, span, type Line } from '../view/spans.js'
import type { Column } from '../view/table.js'
import { formatAge, millisOf } from '../view/times.js'

export const ESCALATION_LOOK = {
  open: { glyph: '▲', ascii: '!', tone: 'bad', word: 'open' },
  acked: { glyph: '◐', ascii: '~', tone: 'warn', word: 'acked' },
  closed: { glyph: '✓', ascii: '+', tone: 'quiet', word: 'closed' },
} as const satisfies Record<EscalationRow['state'], Look>

export function escalationColumns(theme: Theme, now: Millis): Column<EscalationRow>[] {
  const quiet = (text: string) => (text === '' ? [] : line(span(text, 'quiet')))
  return [
    {
      id: 'id',
      head: '  ID',
      rank: 1,
      min: 4,
      max: 8,
      cell: (row) => [glyph(ESCALATION_LOOK[row.state], theme), span(` ${row.id}`, 'strong')],
    },
    {
      id: 'state',
      head: 'STATE',
      rank: 2,
      cell: ({ state }) => line(span(ESCALATION_LOOK[state].word, ESCALATION_LOOK[state].tone)),
    },
    { id: 'urgent', head: '', rank: 3, cell: ({ urgent }) => (urgent ? line(span('URGENT', 'bad')) : []) },
    { id: 'layer', head: 'LAYER', rank: 3, max: 8, cell: ({ layer }) => quiet(layer ?? '') },
    {
      id: 'age',
      head: 'AGE',
      rank: 4,
      align: 'right',
      cell: ({ opened_at }) => quiet(formatAge(Math.max(0, now - (millisOf(opened_at) ?? now)))),
    },
    {
      id: 'issue',
      head: 'ISSUE',
      rank: 2,
      min: 14,
      want: 34,
      max: 90,
      cell: (row) => line(span(row.issue, ESCALATION_LOOK[row.state].tone)),
    },
    {
      id: 'told',
      head: 'TOLD',
      rank: 5,
      min: 8,
      want: 20,
      max: 40,
      cell: ({ told }) =>
        told
          .flatMap(({ to }) => to)
          .flatMap((one, at): Line => {
            const name = `${at === 0 ? '' : ' '}${one.to.replace(/^(agent|person):/, '')}`
            return one.state === 'failed' ? [span(`${name} (not reached)`, 'warn')] : [span(name, 'quiet')]
          }),
    },
    { id: 'by', head: 'TAKEN BY', rank: 6, max: 20, cell: ({ acked_by }) => quiet(acked_by ?? '') },
    {
      id: 'blocker',
      head: 'BLOCKER',
      rank: 7,
      min: 14,
      want: 30,
      max: 90,
      cell: ({ blocker }) => quiet(blocker),
    },
  ]
}
