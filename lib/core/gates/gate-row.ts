/** A gate as `status --json` and the table of gates have it. */
import { formatPrincipal } from '../principal.js'
import type { CriterionRow, GateAnswerRow, GateRow } from '../protocol/status.js'
import { isoTime } from '../iso-time.js'
import type { GateRecord } from '../run/state.js'
import { safeText } from '../text/safe-text.js'
import { questionStates, type QuestionState } from './approvals.js'
import type { Approval } from './approval.js'
import { groupOutcomes } from './criteria.js'
import type { People } from './people.js'
import { gateQuestion, gateRevision } from './revision.js'

export function gateRow(gate: GateRecord, people: People = []): GateRow {
  const { id, title, after, approve, quorum } = gate.spec
  const { role, count } = quorum
  const revision = gateRevision(gate)
  const question = revision === null ? null : gateQuestion(gate).map(safeText)
  const asks = approve === 'human'
  return {
    id,
    title,
    status: gate.status,
    after,
    approve,
    role: asks ? role : null,
    count: asks ? count : 0,
    approvers: asks
      ? people.filter(({ roles }) => role === null || roles.includes(role)).map((p) => p.id)
      : [],
    criteria: criterionRows(gate),
    since: isoTime(gate.since),
    reason: gate.reason,
    prompt_id: revision,
    question,
  }
}

/** By number; what the gate itself verifies, and the question whether it may open, have none. */
function criterionRows(gate: GateRecord): CriterionRow[] {
  const { spec } = gate
  const commands = (groupOutcomes(spec, gate.checks) ?? []).map(({ number, text, outcome, checks }) => {
    const failed = checks.find(({ ok }) => !ok)
    return {
      number,
      text,
      kind: 'commands' as const,
      outcome,
      failed: failed?.command ?? null,
      answers: [],
      needed: 0,
    }
  })
  const rows = [...commands, ...questionStates(gate).map((state) => questionRow(gate, state))]
  const rank = ({ number, kind }: CriterionRow) => number ?? (kind === 'commands' ? 0 : Infinity)
  return rows.toSorted((a, b) => rank(a) - rank(b))
}

function questionRow({ status }: GateRecord, { number, text, answers, needed }: QuestionState): CriterionRow {
  const isMet = status === 'open' || answers.length >= needed
  const outcome = isMet ? 'passed' : status === 'failed' ? 'failed' : 'unchecked'
  return { number, text, kind: 'question', outcome, failed: null, answers: answers.map(answerRow), needed }
}

function answerRow({ identity, by, reason, at }: Approval): GateAnswerRow {
  return { person: identity, by: formatPrincipal(by), reason, at: isoTime(at) }
}
