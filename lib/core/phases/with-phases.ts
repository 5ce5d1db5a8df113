import type { GateSpec, TaskSpec } from '../layout/model.js'
import type { PhaseSpec } from './plan-specs.js'

/** What a phase says of its tasks: what it needs, and who takes them. A task in two phases is a mistake; the first counts. */
export function withPhases(tasks: readonly TaskSpec[], phases: readonly PhaseSpec[]): TaskSpec[] {
  const owners = new Map<string, PhaseSpec>()
  for (const phase of phases) for (const task of phase.tasks) if (!owners.has(task)) owners.set(task, phase)
  return tasks.map((task) => {
    const phase = owners.get(task.id)
    if (phase === undefined) return task
    const needs = [...new Set([...task.needs, ...phase.needs.filter((need) => need !== phase.id)])]
    return { ...task, phase: phase.id, workers: task.kind === 'prompt' ? phase.workers : [], needs }
  })
}

/** The gate of a phase that names nothing before it waits for the phase's tasks. */
export function withPhaseGates(gates: readonly GateSpec[], phases: readonly PhaseSpec[]): GateSpec[] {
  return gates.map((gate) => {
    const phase = gate.after.length === 0 ? phases.find((one) => one.gate === gate.id) : undefined
    return phase === undefined ? gate : { ...gate, after: phase.tasks }
  })
}
