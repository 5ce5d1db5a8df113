import type { Layout } from '../layout/model.js'

/** The tasks behind names of tasks and phases, each once, in order. */
export function tasksOf(layout: Layout | null, names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const phases = new Map<string, readonly string[]>(layout?.phases.map((phase) => [phase.id, phase.tasks]))
  for (const name of names) for (const task of phases.get(name) ?? [name]) found.add(task)
  return found
}
