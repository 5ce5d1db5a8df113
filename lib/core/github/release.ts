/**
 * Texts of issues that a person let reach prompts. A release is of exactly one text: an edit on GitHub makes it void, and what
 * agents are told stays what was released.
 */
import type { MachineId, TaskId } from '../ids.js'
import type { TaskSpec } from '../layout/model.js'
import type { Millis } from '../time.js'
import type { BoundIssue } from './bound-issue.js'

export interface IssueRelease {
  readonly machine: MachineId
  readonly number: number
  /** Over title and body as GitHub had them. */
  readonly digest: string
  /** Harmless. */
  readonly title: string
  readonly text: string
  /** KIND:ID of who released it. */
  readonly by: string
  readonly at: Millis
  /** It was edited since. */
  readonly isVoid: boolean
}

/** What an agent is told of the issue of its task. */
export interface ToldIssue {
  readonly number: number
  readonly url: string | null
  /** null: nobody released it. */
  readonly title: string | null
  readonly text: string | null
}

export interface ReleaseFacts {
  readonly issues: ReadonlyMap<TaskId, BoundIssue>
  readonly releases: ReadonlyMap<string, IssueRelease>
}

export function releaseKey(machine: string, number: number): string {
  return `${machine}/${number}`
}

const IMPORTED = /^Work on issue #\d{1,10}\. What it asks stands in the context that you are given\.$/

export function isImportPrompt(prompt: string | null): boolean {
  return prompt !== null && IMPORTED.test(prompt)
}

/** What a task is asked that was made from an issue: its title on GitHub is a stranger's. */
export function importPrompt(number: number): string {
  return `Work on issue #${number}. What it asks stands in the context that you are given.`
}

export function toldIssue(state: ReleaseFacts, task: TaskId): ToldIssue | null {
  const bound = state.issues.get(task)
  if (bound === undefined) return null
  const release = releaseOf(state, bound)
  const isGood = release !== undefined && !release.isVoid
  return {
    number: bound.number,
    url: bound.url,
    title: isGood ? release.title : null,
    text: isGood ? release.text : null,
  }
}

/** The task as agents hear of it: without a title that nobody released. */
export function toldSpec(state: ReleaseFacts, spec: TaskSpec): TaskSpec {
  const bound = state.issues.get(spec.id)
  if (bound === undefined || !isImportPrompt(spec.prompt)) return spec
  // Another number: it was exported to another repository, or its issue was made again.
  return {
    ...spec,
    prompt: importPrompt(bound.number),
    title: toldIssue(state, spec.id)?.title ?? `issue #${bound.number}`,
  }
}

function releaseOf(state: ReleaseFacts, bound: BoundIssue): IssueRelease | undefined {
  return bound.machine === null ? undefined : state.releases.get(releaseKey(bound.machine, bound.number))
}
