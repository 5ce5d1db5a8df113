/** Everything that is known of an escalation: what is wrong, who was told and when, what comes next. */
import { ESCALATION_LOOK } from '../../core/escalation/escalation-columns.js'
import type { EscalationRow } from '../../core/protocol/status.js'
import { glyph } from '../../core/view/glyphs.js'
import { whenOf } from '../../core/view/milestone-lines.js'
import { span, type Line } from '../../core/view/spans.js'
import { factLines } from './fact-lines.js'
import type { Look } from './look.js'

export function escalationFacts(row: EscalationRow, zone: string | null, look: Look): Line[] {
  const { word, tone } = ESCALATION_LOOK[row.state]
  const when = (iso: string | null) => whenOf(iso, { ...look, zone })
  const next =
    row.next === null
      ? null
      : `${row.next.layer}${row.next.at === null ? ' at once' : ` at ${when(row.next.at)}`}, without an ack`
  return [
    [
      glyph(ESCALATION_LOOK[row.state], look),
      span(` ${row.id} `, 'strong'),
      span(row.urgent ? 'URGENT ' : '', 'bad'),
      span(word, tone),
      span(`  since ${when(row.opened_at)}`, 'quiet'),
    ],
    ...factLines('issue', row.issue, look, tone),
    ...factLines('blocker', row.blocker, look),
    ...factLines('proposal', row.proposal, look),
    ...factLines('impact', row.impact, look),
    ...row.told.flatMap(({ layer, at, to }) => {
      const names = to.map((one) => `${one.to} ${one.state}${one.reason === null ? '' : `: ${one.reason}`}`)
      return factLines('told', `${layer} at ${when(at)}: ${names.join(', ') || 'nobody there'}`, look)
    }),
    ...factLines('next', next, look),
    ...factLines('taken on', row.acked_by === null ? null : `by ${row.acked_by}`, look, 'good'),
  ]
}
