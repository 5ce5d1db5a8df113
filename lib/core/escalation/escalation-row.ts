/** Escalations as `status --json` and their table have them: the open ones first, the latest first. */
import { formatPrincipal } from '../principal.js'
import type { EscalationRow } from '../protocol/status.js'
import { isoTime } from '../iso-time.js'
import type { RunState } from '../run/state.js'
import { nextStep } from './ladder.js'
import type { EscalationRecord } from './records.js'

export function escalationRows({ escalations, layout }: RunState): EscalationRow[] {
  const rows = [...escalations.values()].toReversed().map((one) => escalationRow(one, layout))
  return [
    ...rows.filter(({ state }) => state !== 'closed'),
    ...rows.filter(({ state }) => state === 'closed'),
  ]
}

function escalationRow(one: EscalationRecord, layout: RunState['layout']): EscalationRow {
  const state = one.closedAt !== null ? 'closed' : one.ackedAt !== null ? 'acked' : 'open'
  const last = one.told.at(-1)
  const step = layout?.escalation.find(({ layer }) => layer === last?.layer)
  const next = layout === null || state !== 'open' ? undefined : nextStep(layout, one.told)
  const at = step?.afterMs == null || last === undefined ? null : last.at + step.afterMs
  return {
    id: one.id,
    state,
    kind: one.kind,
    subject: one.subject,
    task: one.task,
    urgent: one.urgent,
    issue: one.text.issue,
    blocker: one.text.blocker,
    proposal: one.text.proposal,
    impact: one.text.impact,
    layer: last?.layer ?? null,
    opened_at: isoTime(one.openedAt),
    told: one.told.map(({ layer, at: toldAt }) => ({
      layer,
      at: isoTime(toldAt),
      to: one.deliveries
        .filter((delivery) => delivery.layer === layer)
        .map((delivery) => ({ to: delivery.to, state: delivery.state, reason: delivery.reason })),
    })),
    next: next === undefined ? null : { layer: next.layer, at: isoTime(at) },
    acked_by: one.ackedBy === null ? null : formatPrincipal(one.ackedBy),
    acked_at: isoTime(one.ackedAt),
    closed_at: isoTime(one.closedAt),
  }
}
