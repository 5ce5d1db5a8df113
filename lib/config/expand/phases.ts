import type { AgentId, GateId, MilestoneId, PhaseId } from '../../core/ids.js'
import type { MilestoneSpec, PhaseSpec } from '../../core/phases/plan-specs.js'
import type { YamlMap } from '../located.js'
import { isMap } from '../located.js'
import * as read from './read.js'

export function expandPhases(root: YamlMap): PhaseSpec[] {
  return Object.entries(read.map(root, 'phases')).flatMap(([id, map]) =>
    isMap(map)
      ? [
          {
            id: id as PhaseId,
            title: read.text(map, 'title'),
            goal: read.text(map, 'goal'),
            tasks: [...new Set(read.texts(map, 'tasks'))],
            gate: read.text(map, 'gate') as GateId | null,
            needs: [...new Set(read.texts(map, 'needs'))],
            workers: [...new Set(read.texts(map, 'workers'))] as AgentId[],
          },
        ]
      : [],
  )
}

export function expandMilestones(root: YamlMap): MilestoneSpec[] {
  return Object.entries(read.map(root, 'milestones')).flatMap(([id, map]) =>
    isMap(map)
      ? [
          {
            id: id as MilestoneId,
            title: read.text(map, 'title'),
            due: read.text(map, 'due') ?? '',
            tasks: [...new Set(read.texts(map, 'tasks'))],
            stopOtherWork: read.boolean(map, 'stop_other_work'),
          },
        ]
      : [],
  )
}
