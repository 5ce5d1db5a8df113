/** What an attempt's base is made of, beside the target: the branches of what its task needs that have not landed yet. */
import { askedId, type AttemptId, type MachineId, type TaskId } from '../ids.js'
import type { RunState, TaskRecord } from '../run/state.js'

export interface NeedHead {
  readonly task: TaskId
  readonly attempt: AttemptId
  readonly oid: string
  /** Whose mirror has it. */
  readonly machine: MachineId
}

/** In the order of the needs. What works in no tree of the repository passes on what it needs itself. */
export function needHeads(state: RunState, task: TaskRecord, repository: string): readonly NeedHead[] {
  if (task.spec.base !== null) return []
  const found: NeedHead[] = []
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    const need = state.tasks.get(askedId(id))
    if (need === undefined) return otherNeeds(state, id).forEach(visit)
    const head = headOf(state, need, repository)
    if (head === null) need.spec.needs.forEach(visit)
    else if (need.landed === null) found.push(head)
  }
  task.spec.needs.forEach(visit)
  return found
}

/** What was verified of a task's work; null: it has no branch there. */
export function headOf(state: RunState, { spec, attempts }: TaskRecord, repository: string): NeedHead | null {
  for (const id of attempts.toReversed()) {
    const attempt = state.attempts.get(id)
    if (attempt?.status !== 'succeeded') continue
    const { tree, machine } = attempt
    if (tree?.repository !== repository || tree.head === null) return null
    return { task: spec.id, attempt: id, oid: tree.head, machine }
  }
  return null
}

/** Of a gate, or a phase. */
function otherNeeds(state: RunState, id: string): readonly string[] {
  const phase = state.layout?.phases.find((one) => one.id === id)
  return phase?.tasks ?? state.gates.get(askedId(id))?.spec.after ?? []
}
