/** `phases:` and `milestones:`. */
import type { AgentId, GateId, MilestoneId, PhaseId } from '../../core/ids.js'
import type { MilestoneSpec, PhaseSpec } from '../../core/phases/plan-specs.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs } from './key.js'
import { issue } from './github.js'
import { flag, id, ids, line, section, text, texts, title } from './kinds.js'

const phase = keys(() => ({
  title: title(),
  goal: text(),
  tasks: texts(id()),
  gate: id<GateId>(),
  needs: texts(id()),
  workers: ids<AgentId>(),
  issue: issue(),
}))

const CONTENT =
  'what the phase consists of; a task or gate is in one phase at most. A gate of a phase without `after` waits for all tasks of the phase'
export const PHASE_DOCS: Docs<typeof phase> = {
  title: 'free text: a name, and what it is for',
  goal: 'free text: a name, and what it is for',
  tasks: CONTENT,
  gate: CONTENT,
  needs:
    'tasks, gates or phases; each task of the phase waits for them. Whatever needs a phase waits for all of its tasks and its gate (`needs: [p0]` works in tasks, gates and `submit --needs`, too)',
  workers: 'only these agents take the tasks of this phase',
  issue: 'the number of the issue that its tasks are parts of ([github.md](github.md))',
}

export const phases = () => section<PhaseId>(phase.schema)

export function expandPhases(entries: readonly (readonly [PhaseId, unknown])[]): PhaseSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { tasks, needs, workers, ...rest } = phase.read(value)
    return [
      whole<PhaseSpec>()({
        ...rest,
        id,
        tasks: [...new Set(tasks)],
        needs: [...new Set(needs)],
        workers: [...new Set(workers)],
      }),
    ]
  })
}

const milestone = keys(() => ({
  title: title(),
  due: required(line(40)),
  tasks: required(texts(id())),
  stop_other_work: flag(),
}))

export const MILESTONE_DOCS: Docs<typeof milestone> = {
  title: 'free text',
  due: '`2026-12-19` ends at 24:00 of that day; `2026-12-19T18:00` is a time; both in `timezone`, unless `Z` or `+09:00` is written',
  tasks: 'tasks or phases',
  stop_other_work:
    'while this milestone is at risk or late, only its tasks, and what they need, are dispatched',
}

export const milestones = () => section<MilestoneId>(milestone.schema)

export function expandMilestones(entries: readonly (readonly [MilestoneId, unknown])[]): MilestoneSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { due, tasks, stop_other_work, ...rest } = milestone.read(value)
    return [
      whole<MilestoneSpec>()({
        ...rest,
        id,
        due: due ?? '',
        tasks: [...new Set(tasks)],
        stopOtherWork: stop_other_work,
      }),
    ]
  })
}
