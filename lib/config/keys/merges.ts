/** `merges:`: queues in which branches land. */
import { checkedId, type MachineId } from '../../core/ids.js'
import {
  MERGE_HOWS,
  MERGE_ORDERS,
  MERGE_PUSHES,
  ON_CONFLICT,
  type MergeSpec,
} from '../../core/merges/spec.js'
import type { RepositorySpec, TreePoolSpec } from '../../core/trees/spec.js'
import type { TaskSpec } from '../../core/layout/task-spec.js'
import { isMap } from '../located.js'
import { keys, whole, type Docs } from './key.js'
import { count, id, section, text, texts, word } from './kinds.js'
import { branch } from './trees.js'

const DEFAULT_BATCH = 5

const merge = keys(() => ({
  pool: id(),
  into: branch(),
  order: texts(word(...MERGE_ORDERS)),
  how: word(...MERGE_HOWS),
  batch: count(1, 50),
  verify: texts(text()),
  on_conflict: word(...ON_CONFLICT),
  push: word(...MERGE_PUSHES),
  machine: id<MachineId>(),
}))
export const MERGE_DOCS: Docs<typeof merge> = {
  pool: 'of `trees`: branches made in its trees land here; default: the pool of that name',
  into: 'the branch that they land on; default: `base` of the repository',
  order:
    'who goes first: `priority`, `critical_path` (the longest way behind the task), `age`; default all three in this order. Nothing goes before what it is built on',
  how: '`merge` (default), `squash` (a commit a branch) or `rebase` (its commits, one by one)',
  batch: 'so many branches are verified at once; default 5',
  verify: 'shell lines that must all exit 0 in a tree of the pool that holds exactly what lands',
  on_conflict: '`task` (default): its agent gets a task to resolve it, up to three times. `person`',
  push: '`none` (default): it lands in our mirror alone. `branch`: the target is pushed to `remote`. `pr`: each branch is pushed, with a pull request, and others land it',
  machine: 'where the queue runs; default: the first machine of the repository',
}

export const merges = () => section(merge.schema)

export function expandMerges(
  entries: readonly (readonly [string, unknown])[],
  trees: readonly TreePoolSpec[],
  repositories: readonly RepositorySpec[],
  local: MachineId,
): MergeSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { order, how, batch, verify, on_conflict, push, machine, into, pool, ...rest } = merge.read(value)
    const name = pool ?? id
    const of = trees.find((tree) => tree.id === name)?.repository
    const repository = repositories.find((one) => one.id === of)
    const machines = Object.keys(repository?.paths ?? {}).map((one) => checkedId<MachineId>(one))
    const first = machines.includes(local) ? local : (machines[0] ?? local)
    return [
      whole<MergeSpec>()({
        ...rest,
        id,
        pool: name,
        into: into ?? repository?.base ?? 'main',
        order:
          order === null
            ? MERGE_ORDERS
            : MERGE_ORDERS.filter((one) => order.includes(one)).toSorted(
                (a, b) => order.indexOf(a) - order.indexOf(b),
              ),
        how: how ?? 'merge',
        batch: batch ?? DEFAULT_BATCH,
        verify: verify ?? [],
        onConflict: on_conflict ?? 'task',
        push: push ?? 'none',
        machine: machine ?? first,
      }),
    ]
  })
}

/** A task that merges is where its queue is, and so is one that offers. */
export function withQueues(tasks: readonly TaskSpec[], merges: readonly MergeSpec[]): TaskSpec[] {
  return tasks.map((task) => {
    if (task.act === null) return task
    const queue = merges.find(({ pool }) => pool === task.tree) ?? merges[0]
    return queue === undefined ? task : { ...task, machine: queue.machine }
  })
}
