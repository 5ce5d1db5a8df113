/** The table of gates: what is asked of whom, and how far it has come. */
import type { GateRow } from '../protocol/status.js'
import type { Millis } from '../time.js'
import { glyph, GATE_LOOK, type Theme } from '../view/glyphs.js'
import { line, span, type Line } from '../view/spans.js'
import type { Column } from '../view/table.js'
import { formatAge, millisOf } from '../view/times.js'

export function gateColumns(theme: Theme, now: Millis): Column<GateRow>[] {
  return [
    {
      id: 'gate',
      head: '  GATE',
      rank: 1,
      min: 10,
      max: 26,
      cell: (row) => [glyph(GATE_LOOK[row.status], theme), span(` ${row.id}`, 'strong')],
    },
    {
      id: 'status',
      head: 'STATUS',
      rank: 2,
      cell: (row) => line(span(GATE_LOOK[row.status].word, GATE_LOOK[row.status].tone)),
    },
    { id: 'criteria', head: 'MET', rank: 3, align: 'right', cell: criteriaCell },
    {
      id: 'who',
      head: 'ASKS',
      rank: 4,
      min: 8,
      max: 24,
      cell: (row) => line(span(whoIsAsked(row), 'quiet')),
    },
    {
      id: 'since',
      head: 'SINCE',
      rank: 5,
      align: 'right',
      cell: ({ since }) => {
        const at = millisOf(since)
        return at === null ? [] : line(span(formatAge(Math.max(0, now - at)), 'quiet'))
      },
    },
    {
      id: 'after',
      head: 'AFTER',
      rank: 7,
      min: 8,
      want: 16,
      max: 30,
      cell: ({ after }) => line(span(after.join(' '), 'quiet')),
    },
    { id: 'note', head: 'NOTE', rank: 6, min: 14, want: 30, max: 90, cell: noteCell },
  ]
}

function criteriaCell({ criteria }: GateRow): Line {
  if (criteria.length === 0) return []
  const met = criteria.filter(({ outcome }) => outcome === 'passed').length
  return line(`${met}/${criteria.length}`)
}

export function whoIsAsked({ approve, role, count, approvers }: GateRow): string {
  if (approve === 'none') return ''
  const who = approvers.length > 0 && approvers.length <= 3 ? approvers.join(' ') : (role ?? 'a person')
  return count > 1 ? `${count} of ${who}` : who
}

function noteCell({ reason, status, criteria, title }: GateRow): Line {
  const open = criteria.find(({ outcome, kind }) => kind === 'question' && outcome !== 'passed')
  const asked = status === 'waiting' && open !== undefined ? (open.text ?? title) : null
  const note = reason ?? asked ?? title
  return note === null ? [] : line(span(note, GATE_LOOK[status].tone))
}
