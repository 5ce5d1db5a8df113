/** A conflict as a task for the agent whose branch it is. */
import type { TaskId } from '../ids.js'
import { PLAIN_TASK, type TaskSpec } from '../layout/task-spec.js'
import { shellQuote } from '../shell-quote.js'
import type { RunState } from '../run/state.js'
import type { MergeEntry } from './records.js'
import type { MergeSpec } from './spec.js'

/** Conflicts of one branch, one after the other, before a person has to look. */
const MOST_CONFLICTS = 3
/** Attempts at one of them. */
const ATTEMPTS = 3

/** Whether an agent is asked: none is at it, and it was not asked too often. */
export function needsResolver(state: RunState, spec: MergeSpec, entry: MergeEntry): boolean {
  if (spec.onConflict !== 'task' || entry.agent === null || entry.onto === null) return false
  if (entry.conflicts >= MOST_CONFLICTS || state.agents.get(entry.agent)?.wanted === 'removed') return false
  if (entry.resolver === null) return true
  const last = state.tasks.get(entry.resolver)
  // It was resolved, and then conflicted with something else.
  return last?.status === 'COMPLETED' && last.spec.base !== entry.oid
}

/** Whether an agent is at it, or will be. */
export function isBeingResolved(state: RunState, spec: MergeSpec, entry: MergeEntry): boolean {
  if (needsResolver(state, spec, entry)) return true
  const task = entry.resolver === null ? undefined : state.tasks.get(entry.resolver)
  return (
    task?.status === 'PENDING' ||
    task?.status === 'READY' ||
    task?.status === 'IN_PROGRESS' ||
    (task?.status === 'COMPLETED' && task.spec.base === entry.oid)
  )
}

const FENCED = 6000

/** Both intents in its prompt: what its task was for, and what the other ones were for. */
export function resolverTask(state: RunState, spec: MergeSpec, entry: MergeEntry, id: TaskId): TaskSpec {
  const own = state.tasks.get(entry.task)?.spec
  const others = entry.against.map((task) => state.tasks.get(task)?.spec).filter((task) => task !== undefined)
  const onto = entry.onto ?? ''
  const files = entry.files.map((file) => `- \`${file}\``).join('\n')
  const prompt = `Your branch for ${entry.task} (${own?.title ?? entry.task}) conflicts with ${others.length === 0 ? spec.into : others.map((task) => `${task.id} (${task.title})`).join(', ')} in:

${files}

You are on your branch. Run \`git merge ${onto}\`, resolve every conflict so that both intents hold, and commit the merge. Do not give up either
side, and change nothing else.

## What your branch is for

${(own?.prompt ?? own?.title ?? '').slice(0, FENCED)}
${others.map((task) => `\n## What ${task.id} is for\n\n${(task.prompt ?? task.title).slice(0, FENCED)}\n`).join('')}`
  return {
    ...PLAIN_TASK,
    id,
    title: `Resolve the conflict of ${entry.task} with ${others.map((task) => task.id).join(', ') || spec.into}`,
    prompt,
    agent: entry.agent,
    base: entry.oid,
    priority: own?.priority ?? PLAIN_TASK.priority,
    tier: own?.tier ?? PLAIN_TASK.tier,
    timeoutMs: own?.timeoutMs ?? null,
    retry: { ...PLAIN_TASK.retry, attempts: ATTEMPTS, delayMs: 0 },
    verify: [
      `git merge-base --is-ancestor ${onto} HEAD`,
      `git merge-base --is-ancestor ${entry.oid} HEAD`,
      `! git grep -nIE -e '^(<<<<<<<|>>>>>>>) ' HEAD -- ${entry.files.map(shellQuote).join(' ')}`,
    ],
  }
}
