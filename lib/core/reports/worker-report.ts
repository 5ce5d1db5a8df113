import { indexOf } from '../run/index/index-run.js'
import type { AgentRecord, AttemptRecord, RunState, TaskRecord } from '../run/state.js'
import { askedId, type TaskId } from '../ids.js'
import { plural } from '../text/plural.js'
import { field, type ReportSection } from './document.js'
import { attemptsOf, named, placeInPhase, sayReason, sayWorked, upNext, type Facts } from './facts.js'

/** `## Worker N Report - [Phase X.Y]`: of what the worker does now, else of what it did last. */
export function workerReport(facts: Facts, worker: AgentRecord): ReportSection {
  const { state } = facts
  const { id } = worker.spec
  const task = taskOf(state, worker)
  const place = task === undefined ? null : placeInPhase(state, task.spec.id)
  const heading = `Worker ${id} Report - [${place === null ? 'no phase' : `Phase ${place}`}]`
  const next = upNext(state, worker).find((one) => one !== task)
  const nothing = 'no task yet'
  return {
    heading,
    fields: [
      field('Issue', task === undefined ? null : named(task), nothing),
      field('Status', task === undefined ? null : statusOf(task), nothing),
      field('Duration (actual)', task === undefined ? null : sayWorked(facts, task), nothing),
      field('Deliverables', task === undefined ? null : deliverables(state, task), nothing),
      field('Dependencies Met', task === undefined ? null : needsOf(state, task)),
      field('Dependencies Created', task === undefined ? null : dependentsOf(state, task)),
      field('Blockers', task === undefined || statusOf(task) !== 'Blocked' ? null : sayReason(task)),
      field('Next Task', next === undefined ? null : named(next)),
    ],
  }
}

function taskOf(state: RunState, { attempt, spec }: AgentRecord): TaskRecord | undefined {
  const now = attempt === null ? undefined : state.attempts.get(attempt)
  if (now !== undefined) return state.tasks.get(now.task)
  let last: { readonly task: TaskId; readonly endedAt: number } | undefined
  for (const { agent, task, endedAt } of state.attempts.values())
    if (agent === spec.id && endedAt !== null && endedAt >= (last?.endedAt ?? 0)) last = { task, endedAt }
  return last === undefined ? undefined : state.tasks.get(last.task)
}

function statusOf({ status, block }: TaskRecord): 'Complete' | 'In Progress' | 'Blocked' {
  if (status === 'COMPLETED') return 'Complete'
  return status === 'FAILED' || status === 'BLOCKED' || block !== null ? 'Blocked' : 'In Progress'
}

const DOCS = /(^|\/)docs?\/|\.(md|mdx|rst|adoc|txt)$/i

/** Files that were verified to be there, pull requests that were made of its work, checks that passed. */
function deliverables(state: RunState, task: TaskRecord): string[] {
  const good = attemptsOf(state, task).findLast(({ status }) => status === 'succeeded')
  const outputs = good?.outputs ?? []
  const docs = outputs.filter((path) => DOCS.test(path))
  const files = outputs.filter((path) => !DOCS.test(path))
  const tests = (good?.checks ?? []).filter(({ ok }) => ok).map(({ command }) => command)
  const list = (items: readonly string[], none: string) => (items.length === 0 ? none : items.join(', '))
  return [
    `files: ${list([...files, ...branchOf(good)], 'none')}`,
    `PRs: ${list(pullsOf(state, task), 'none known')}`,
    `tests: ${list(tests, 'none')}`,
    `docs: ${list(docs, 'none')}`,
  ]
}

/** What its tree held when it was verified. */
function branchOf(good: AttemptRecord | undefined): string[] {
  const tree = good?.tree ?? null
  if (tree === null || tree.branch === null || tree.files === 0) return []
  return [`${plural(tree.files, 'file')} in ${plural(tree.commits, 'commit')} on ${tree.branch}`]
}

function pullsOf({ merges }: RunState, { spec }: TaskRecord): string[] {
  return [...merges.values()].flatMap(({ entries }) => entries.get(spec.id)?.url ?? [])
}

function needsOf(state: RunState, { spec }: TaskRecord): string[] {
  const { nodes } = indexOf(state).graph
  return spec.needs.filter((need) => nodes.get(need)?.outcome === 'met')
}

/** What this task lets go on. */
function dependentsOf(state: RunState, { spec }: TaskRecord): string[] {
  const { nodes } = indexOf(state).graph
  return (nodes.get(spec.id)?.dependents ?? []).filter(
    (id) => state.tasks.has(askedId(id)) || state.gates.has(askedId(id)),
  )
}
