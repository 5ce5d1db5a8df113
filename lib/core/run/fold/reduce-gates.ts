import { namePrincipal } from '../../principal.js'
import { noteAnswer } from '../answers.js'
import type { CheckResult, RunEvent } from '../events.js'
import { push, putGate, type Fold } from './fold.js'
import { nodeOf } from '../index/index-graph.js'
import { sayFailedCheck } from './reduce-attempts.js'
import type { GateRecord } from '../state.js'

type GateEvent = Extract<RunEvent, { type: `gate.${string}` }>

export function reduceGate(fold: Fold, event: GateEvent): void {
  const gate = fold.state.gates.get(event.gate)
  if (gate === undefined) return
  if (event.type === 'gate.answered') {
    noteAnswer(fold.state, event)
    return answered(fold, gate, event)
  }
  if (gate.status !== 'checking' || !isAnswer(gate, event.ok, event.checks)) return
  const checked = { ...gate, checks: event.checks, head: event.head, since: event.at }
  if (!event.ok) fail(fold, checked, `verify: ${sayFailedCheck(event.checks)}`)
  else putGate(fold, { ...checked, status: gate.spec.approve === 'human' ? 'waiting' : 'open', reason: null })
}

/** Not to what an earlier layout asked. Checks end with the first that fails. */
function isAnswer({ spec }: GateRecord, ok: boolean, checks: readonly CheckResult[]): boolean {
  if (ok && checks.length !== spec.verify.length) return false
  return checks.every(({ command }, i) => command === spec.verify[i])
}

/** A person's yes opens a gate that waits, and has one that failed looked at again. */
function answered(
  fold: Fold,
  gate: GateRecord,
  { approved, by }: Extract<GateEvent, { type: 'gate.answered' }>,
): void {
  const since = fold.at
  if (!approved) {
    if (gate.status === 'waiting' || gate.status === 'checking') {
      fail(fold, { ...gate, since }, `denied by ${namePrincipal(by)}`)
    }
    return
  }
  if (gate.status === 'waiting')
    putGate(fold, { ...gate, status: 'open', reason: `approved by ${namePrincipal(by)}`, since })
  if (gate.status !== 'failed') return
  const passed = gate.checks.length > 0 && gate.checks.every((check) => check.ok)
  const status = gate.spec.verify.length === 0 || passed ? 'open' : 'checking'
  putGate(fold, { ...gate, status, reason: null, since })
}

function fail(fold: Fold, gate: GateRecord, reason: string): void {
  putGate(fold, { ...gate, status: 'failed', reason })
  push(fold, nodeOf(fold.index.graph, gate.spec.id).dependents)
}
