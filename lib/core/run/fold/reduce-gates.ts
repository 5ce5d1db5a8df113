import { addApproval, isAnswered, standingRevision } from '../../gates/approvals.js'
import type { Approval } from '../../gates/approval.js'
import { groupOutcomes, hasCommands, sameOutcomes } from '../../gates/criteria.js'
import { identityOf, namePerson, peopleOf, whyNoAnswer } from '../../gates/people.js'
import type { GateSpec } from '../../layout/model.js'
import type { Millis } from '../../time.js'
import { noteAnswer } from '../answers.js'
import type { CheckResult, RunEvent } from '../events.js'
import { push, putGate, type Fold } from './fold.js'
import { nodeOf } from '../index/index-graph.js'
import { sayFailedCheck } from './reduce-attempts.js'
import type { GateRecord } from '../state.js'

type GateEvent = Extract<RunEvent, { type: `gate.${string}` }>
type Answered = Extract<GateEvent, { type: 'gate.answered' }>
type Checked = Extract<GateEvent, { type: 'gate.checked' }>

export function newGate(spec: GateSpec, at: Millis): GateRecord {
  return {
    spec,
    status: 'closed',
    checks: [],
    reason: null,
    since: at,
    head: null,
    askedAt: null,
    approvals: [],
  }
}

export function reduceGate(fold: Fold, event: GateEvent): void {
  const gate = fold.state.gates.get(event.gate)
  if (gate === undefined) return
  switch (event.type) {
    case 'gate.answered':
      return answered(fold, gate, event)
    case 'gate.checked':
      return checked(fold, gate, event)
    case 'gate.check_requested':
      if (gate.status === 'waiting' && hasCommands(gate.spec))
        putGate(fold, { ...gate, status: 'checking', reason: null, since: fold.at })
      return
  }
}

function checked(fold: Fold, gate: GateRecord, { ok, checks, head, at }: Checked): void {
  if (gate.status !== 'checking' || !isOutcomeOf(gate, ok, checks)) return
  // The same outcome is the same question, whatever was committed since: its answers count on.
  const isSame = gate.askedAt !== null && sameOutcomes(gate.checks, checks)
  const next: GateRecord = isSame
    ? { ...gate, checks, since: at }
    : { ...gate, checks, head, since: at, askedAt: at, approvals: [] }
  if (!ok) return fail(fold, next, `verify: ${sayFailedCheck(checks)}`)
  if (gate.spec.approve === 'human') openIfAnswered(fold, { ...next, status: 'waiting', reason: null })
  else putGate(fold, { ...next, status: 'open', reason: null })
}

/** Not of what an earlier layout asked. */
function isOutcomeOf({ spec }: GateRecord, ok: boolean, checks: readonly CheckResult[]): boolean {
  const groups = groupOutcomes(spec, checks)
  if (groups === null) return false
  return !ok || groups.every(({ outcome }) => outcome === 'passed')
}

function answered(fold: Fold, gate: GateRecord, event: Answered): void {
  const people = peopleOf(fold.state.layout)
  // The request was refused already; a journal that somebody wrote into opens no gate either.
  if (whyNoAnswer(people, gate.spec, event.by) !== null) return
  noteAnswer(fold.state, event)
  if (!event.approved) return denied(fold, gate, event)
  if (gate.status === 'failed' && hasFailedChecks(gate)) {
    return putGate(fold, { ...gate, status: 'checking', reason: null, since: fold.at })
  }
  const revision = event.promptId ?? standingRevision(gate)
  if (revision === null) return
  const { by, criteria, reason, at } = event
  const approval: Approval = { revision, by, identity: identityOf(people, by), criteria, reason, at }
  const next = addApproval(gate, approval)
  if (gate.status === 'checking') putGate(fold, next)
  else openIfAnswered(fold, next)
}

/** A gate that a person closed has passed its commands: another yes opens it. */
function hasFailedChecks({ spec, checks }: GateRecord): boolean {
  return hasCommands(spec) && !(checks.length > 0 && checks.every(({ ok }) => ok))
}

function openIfAnswered(fold: Fold, gate: GateRecord): void {
  if (!isAnswered(gate)) return putGate(fold, gate)
  putGate(fold, { ...gate, status: 'open', reason: sayApproved(fold, gate), since: fold.at })
}

function sayApproved({ state }: Fold, gate: GateRecord): string {
  const people = peopleOf(state.layout)
  const revision = standingRevision(gate)
  const said = new Map<string, Set<string>>()
  for (const { revision: of, by, reason } of gate.approvals) {
    if (of !== revision) continue
    const name = namePerson(people, by)
    said.set(name, (said.get(name) ?? new Set()).add(reason ?? ''))
  }
  const words = [...said].map(([name, reasons]) => {
    const given = [...reasons].filter((reason) => reason !== '').join(', ')
    return given === '' ? name : `${name}: ${given}`
  })
  return `approved by ${words.join('; ')}`
}

function denied(fold: Fold, gate: GateRecord, { by, reason }: Answered): void {
  if (gate.status !== 'waiting' && gate.status !== 'checking') return
  const who = namePerson(peopleOf(fold.state.layout), by)
  const said = `denied by ${who}${reason === null ? '' : `: ${reason}`}`
  fail(fold, { ...gate, since: fold.at, askedAt: fold.at }, said)
}

function fail(fold: Fold, gate: GateRecord, reason: string): void {
  putGate(fold, { ...gate, status: 'failed', reason, approvals: [] })
  push(fold, nodeOf(fold.index.graph, gate.spec.id).dependents)
}
