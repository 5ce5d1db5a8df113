/** What exactly a person says yes to at a gate, and the name of it. */
import { sha256 } from '../text/sha256.js'
import type { GateRecord } from './state.js'

/**
 * Digest of a gate's criteria, their outcomes, and HEAD of its directory when it began to wait; where HEAD is not known,
 * the moment itself. An answer counts for one revision. null: the gate asks nothing now.
 */
export function gateRevision({ spec, status, checks, head, since, reason }: GateRecord): string | null {
  if (status !== 'waiting' && status !== 'failed') return null
  const outcomes = checks.map(({ command, ok, exitCode }) => [command, ok, exitCode])
  // A no, and a yes to what was denied, are answers to another question than the first one.
  const turned = status === 'failed' ? reason : null
  const { id, title, after, verify, cwd, machine } = spec
  return sha256(
    JSON.stringify([id, title, after, verify, machine, cwd, outcomes, head ?? since, status, turned]),
  )
}

/** The question of a gate that can be answered, in lines. */
export function gateQuestion({ spec, status, checks, head, reason }: GateRecord): readonly string[] {
  const lines = [spec.title ?? `Gate ${spec.id}`, `after ${spec.after.join(', ')}`]
  for (const check of checks)
    lines.push(`${check.ok ? 'passed' : `failed (${check.exitCode ?? 'no exit'})`}: ${check.command}`)
  if (head !== null) lines.push(`HEAD ${head}`)
  if (status === 'failed') lines.push(`It was closed: ${reason ?? 'failed'}.`)
  return lines
}
