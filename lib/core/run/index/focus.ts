import { askedId } from '../../ids.js'
import type { PhaseSpec } from '../../phases/plan-specs.js'
import type { RunState } from '../state.js'

/**
 * With `stop_other_work`: the tasks of all such milestones that are at risk or late, and everything that they need. null: no
 * such milestone is in danger, everything is dispatched.
 */
export function focusOf(state: RunState): ReadonlySet<string> | null {
  const phases = new Map<string, PhaseSpec>(state.layout?.phases.map((phase) => [phase.id, phase]))
  const todo: string[] = []
  for (const { id, stopOtherWork, tasks } of state.layout?.milestones ?? []) {
    const is = state.milestones.get(id)?.state
    if (stopOtherWork && (is === 'at_risk' || is === 'late')) todo.push(...tasks)
  }
  if (todo.length === 0) return null
  const found = new Set<string>()
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id)) continue
    found.add(id)
    const phase = phases.get(id)
    if (phase !== undefined) {
      todo.push(...phase.tasks, ...phase.needs)
      if (phase.gate !== null) todo.push(phase.gate)
    }
    todo.push(...(state.tasks.get(askedId(id))?.spec.needs ?? []))
    todo.push(...(state.gates.get(askedId(id))?.spec.after ?? []))
  }
  return found
}
