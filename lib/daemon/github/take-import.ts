/** Tasks of an import, for the running graph. */
import { importPrompt } from '../../core/github/release.js'
import { askedId, checkedId, type TaskId } from '../../core/ids.js'
import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { PLAIN_TASK } from '../../core/layout/task-spec.js'
import type { TaskSpec } from '../../core/layout/model.js'
import { phaseNamed } from '../../core/phases/phase-named.js'
import type { Principal } from '../../core/principal.js'
import type { GithubTake, TakenTask } from '../../core/protocol/github.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Github } from './github.js'

export interface TakeNeeds extends Pick<Kernel, 'loop' | 'clock'> {
  readonly parts: { readonly github: Pick<Github, 'connection'> }
}

/** What is there already stays as it is. */
export async function takeImport(
  { loop, clock, parts }: TakeNeeds,
  { on, tasks }: GithubTake,
  by: Principal,
): Promise<{ readonly added: readonly string[]; readonly known: readonly string[] }> {
  const { state } = loop
  if (state.layout === null)
    throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: fix('layout.give') })
  const connection =
    on === null && state.layout.github.length === 0 ? null : await parts.github.connection(on)
  const isKnown = ({ id }: TakenTask) => state.tasks.has(askedId(id))
  const fresh = tasks.filter((task) => !isKnown(task))
  const given = new Set(fresh.map(({ id }) => id))
  for (const { id, needs } of fresh) {
    if (phaseNamed(state, id) !== undefined)
      throw new OrchestraError(`there is a phase ${id} already`, { kind: 'refused' })
    for (const need of needs)
      if (!given.has(need) && !state.tasks.has(askedId(need)) && phaseNamed(state, need) === undefined)
        throw new OrchestraError(`${id} needs ${need}, which is no task`, { kind: 'usage' })
  }
  const at = clock.now()
  for (const task of inOrder(fresh)) {
    const issue = task.issue === null ? undefined : connection?.cache.issues.get(task.issue)
    loop.dispatch({ type: 'task.submitted', at, task: specOf(task, issue?.number ?? null), by })
    if (connection === null || issue === undefined) continue
    const { number, id: issueId, url } = issue
    const bound = { task: askedId<TaskId>(task.id), machine: connection.machine, number, issueId, url }
    loop.dispatch(
      { type: 'issue.bound', at, ...bound, how: 'import', replaces: null, by },
      { type: 'issue.seen', at, task: bound.task, state: issue.state },
    )
  }
  return { added: fresh.map(({ id }) => id), known: tasks.filter(isKnown).map(({ id }) => id) }
}

/** What a task needs comes before it, so that none is told of a need that nobody knows. */
function inOrder(tasks: readonly TakenTask[]): readonly TakenTask[] {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const ordered = new Set<TakenTask>()
  const visit = (task: TakenTask, above: ReadonlySet<string>): void => {
    if (ordered.has(task) || above.has(task.id)) return
    const below = new Set([...above, task.id])
    for (const need of task.needs) {
      const found = byId.get(need)
      if (found !== undefined) visit(found, below)
    }
    ordered.add(task)
  }
  for (const task of tasks) visit(task, new Set())
  return [...ordered]
}

function specOf(task: TakenTask, issue: number | null): TaskSpec {
  const { id, title, needs, tier, priority, estimateMs, isDone, isUnknown } = task
  return {
    ...PLAIN_TASK,
    id: checkedId<TaskId>(id),
    title,
    prompt: issue === null ? title : importPrompt(issue),
    needs,
    tier,
    priority: priority ?? PLAIN_TASK.priority,
    estimateMs: estimateMs ?? PLAIN_TASK.estimateMs,
    whenAlreadyDone: isDone ? 'true' : null,
    disabled: isUnknown,
  }
}
