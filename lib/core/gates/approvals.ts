/** Answers to the questions of a gate: each counts for one revision and one person, and a question is met by `count` of them. */
import type { Approval } from './approval.js'
import type { GateRecord } from '../run/state.js'
import { questionsOf, type GateQuestion } from './criteria.js'
import { gateRevision } from './revision.js'

/** A person who answers often is one answer; the oldest go. */
const KEPT = 100

/** The question as it stands while its commands are looked at again: answers to it are still taken. */
export function standingRevision(gate: GateRecord): string | null {
  if (gate.status !== 'checking' || gate.askedAt === null) return gateRevision(gate)
  return gateRevision({ ...gate, status: 'waiting' })
}

export function addApproval(gate: GateRecord, approval: Approval): GateRecord {
  return { ...gate, approvals: [...gate.approvals, approval].slice(-KEPT) }
}

export interface QuestionState extends GateQuestion {
  /** One a person, the first that each gave. */
  readonly answers: readonly Approval[]
  readonly needed: number
}

export function questionStates(gate: GateRecord): readonly QuestionState[] {
  const revision = standingRevision(gate)
  const counting = gate.approvals.filter((approval) => approval.revision === revision)
  return questionsOf(gate.spec).map((question) => {
    const answers = new Map<string, Approval>()
    for (const approval of counting) {
      const { criteria, identity } = approval
      const isMeant = criteria === null || (question.number !== null && criteria.includes(question.number))
      if (isMeant && !answers.has(identity)) answers.set(identity, approval)
    }
    return { ...question, answers: [...answers.values()], needed: gate.spec.quorum.count }
  })
}

export function isAnswered(gate: GateRecord): boolean {
  return questionStates(gate).every(({ answers, needed }) => answers.length >= needed)
}
