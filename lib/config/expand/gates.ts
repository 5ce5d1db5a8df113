/** `gates:` and `people:`: who is asked what before work goes on. */
import type { GateId, LayerId, MachineId } from '../../core/ids.js'
import { ANY_PERSON, type Criterion, type PersonSpec, type Quorum } from '../../core/gates/spec.js'
import type { GateSpec } from '../../core/layout/model.js'
import type { YamlMap } from '../located.js'
import { isMap } from '../located.js'
import * as read from './read.js'

const DEFAULT_GATE_TIMEOUT_MS = 600_000

export function expandGates(root: YamlMap): GateSpec[] {
  return Object.entries(read.map(root, 'gates')).flatMap(([id, map]) => {
    if (!isMap(map)) return []
    const criteria = expandCriteria(map['criteria'])
    return [
      {
        id: id as GateId,
        title: read.text(map, 'title'),
        after: [...new Set(read.texts(map, 'after'))],
        verify: read.texts(map, 'verify'),
        machine: read.text(map, 'machine') as MachineId | null,
        cwd: read.text(map, 'cwd'),
        timeoutMs: read.duration(map, 'timeout') ?? DEFAULT_GATE_TIMEOUT_MS,
        approve: expandApprove(map, criteria),
        criteria,
        quorum: expandQuorum(map['approve']),
      },
    ]
  })
}

/** A question without `approve` is asked of any person. */
function expandApprove(map: YamlMap, criteria: readonly Criterion[]): GateSpec['approve'] {
  if (isMap(map['approve'])) return 'human'
  const said = read.oneOf(map, 'approve', ['human', 'none'] as const)
  return said ?? (criteria.some(({ verify }) => verify.length === 0) ? 'human' : 'none')
}

function expandQuorum(value: unknown): Quorum {
  if (!isMap(value)) return ANY_PERSON
  return { role: read.text(value, 'role'), count: read.number(value, 'count') ?? 1 }
}

/** A criterion that is only a line is a question. */
function expandCriteria(value: unknown): Criterion[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => {
    if (typeof item === 'string') return [{ text: item, verify: [] }]
    return isMap(item) ? [{ text: read.text(item, 'text') ?? '', verify: read.texts(item, 'verify') }] : []
  })
}

export function expandPeople(root: YamlMap): PersonSpec[] {
  return Object.entries(read.map(root, 'people')).flatMap(([id, map]) =>
    isMap(map)
      ? [
          {
            id,
            is: read.texts(map, 'is'),
            roles: read.texts(map, 'roles'),
            layer: read.text(map, 'layer') as LayerId | null,
            notify: read.boolean(map, 'notify'),
          },
        ]
      : [],
  )
}
