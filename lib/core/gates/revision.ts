/** What exactly a person says yes to at a gate, and the name of it. */
import { groupOutcomes } from './criteria.js'
import { sha256 } from '../text/sha256.js'
import type { CheckResult } from '../run/events.js'
import type { GateRecord } from '../run/state.js'

/**
 * Digest of a gate's criteria, their outcomes, and HEAD of its directory when it began to wait; where HEAD is not known,
 * the moment itself. An answer counts for one revision. null: the gate asks nothing now.
 */
export function gateRevision(gate: GateRecord): string | null {
  const { spec, status, checks, head, reason } = gate
  if (status !== 'waiting' && status !== 'failed') return null
  const outcomes = checks.map(({ command, ok, exitCode }) => [command, ok, exitCode])
  // A no, and a yes to what was denied, are answers to another question than the first one.
  const turned = status === 'failed' ? reason : null
  const { id, title, after, verify, cwd, machine, criteria } = spec
  const when = head ?? gate.askedAt ?? gate.since
  const said = [id, title, after, verify, machine, cwd, outcomes, when, status, turned]
  // The names of gates without criteria stay those of journals of before.
  return sha256(JSON.stringify(criteria.length === 0 ? said : [...said, criteria]))
}

/** The question of a gate that can be answered, in lines. */
export function gateQuestion({ spec, status, checks, head, reason }: GateRecord): readonly string[] {
  const lines = [spec.title ?? `Gate ${spec.id}`, `after ${spec.after.join(', ')}`]
  if (spec.criteria.length === 0) for (const check of checks) lines.push(sayCheck(check))
  else lines.push(...criteriaLines(spec, checks))
  if (head !== null) lines.push(`HEAD ${head}`)
  if (status === 'failed') lines.push(`It was closed: ${reason ?? 'failed'}.`)
  return lines
}

/** Each criterion by its number, then its commands with their outcomes, or that a person is asked. */
function criteriaLines(spec: GateRecord['spec'], checks: readonly CheckResult[]): string[] {
  const groups = groupOutcomes(spec, checks) ?? []
  const own = groups.find(({ number }) => number === null)
  const lines = (own?.checks ?? []).map(sayCheck)
  for (const [i, { text, verify }] of spec.criteria.entries()) {
    const group = groups.find(({ number }) => number === i + 1)
    const asked = spec.approve === 'human' ? 'asked of a person' : 'asked of nobody'
    lines.push(`${i + 1}. ${text}: ${verify.length === 0 ? asked : (group?.outcome ?? 'unchecked')}`)
    for (const check of group?.checks ?? []) lines.push(`   ${sayCheck(check)}`)
  }
  return lines
}

function sayCheck({ ok, exitCode, command }: CheckResult): string {
  return `${ok ? 'passed' : `failed (${exitCode ?? 'no exit'})`}: ${command}`
}
