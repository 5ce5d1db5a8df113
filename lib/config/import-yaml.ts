/** An imported plan as the text of a layout file: tasks, phases and milestones, with what a person should see as comments. */
import { Document, isMap, isScalar, type YAMLMap } from 'yaml'
import { importPrompt } from '../core/github/release.js'
import type { ImportedPlan, ImportedTask } from '../core/github/import/to-layout.js'

export interface ImportNotes {
  /** Above everything. */
  readonly head: readonly string[]
  /** By the id of a task or phase: above it. */
  readonly about: ReadonlyMap<string, readonly string[]>
}

export function importYaml(plan: ImportedPlan, notes: ImportNotes): string {
  const document = new Document({
    tasks: Object.fromEntries(plan.tasks.map((task) => [task.id, taskKeys(task)])),
    ...(plan.phases.length === 0
      ? {}
      : {
          phases: Object.fromEntries(
            plan.phases.map(({ id, title, issue, tasks, needs, partOf }) => [
              id,
              {
                ...(title === null ? {} : { title }),
                ...(issue === null ? {} : { issue }),
                tasks,
                ...(needs.length === 0 ? {} : { needs }),
                ...(partOf === null ? {} : { 'x-part-of': partOf }),
              },
            ]),
          ),
        }),
    ...(plan.milestones.length === 0
      ? {}
      : { milestones: Object.fromEntries(plan.milestones.map(({ id, ...rest }) => [id, rest])) }),
  })
  document.commentBefore = notes.head.map((line) => ` ${line}`).join('\n')
  for (const section of ['tasks', 'phases', 'milestones']) {
    const map: unknown = document.get(section)
    if (isMap(map)) writeSection(map, notes)
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function taskKeys(task: ImportedTask): Record<string, unknown> {
  return {
    title: task.title,
    ...(task.issue === null ? {} : { issue: task.issue, prompt: importPrompt(task.issue) }),
    ...(task.needs.length === 0 ? {} : { needs: task.needs }),
    tier: task.tier,
    ...(task.priority === null ? {} : { priority: task.priority }),
    ...(task.estimate === null ? {} : { estimate: task.estimate }),
    // Closed on GitHub: COMPLETED without running.
    ...(task.isDone ? { when_already_done: 'true' } : {}),
    ...(task.isUnknown ? { disabled: true } : {}),
  }
}

function writeSection(map: YAMLMap, { about }: ImportNotes): void {
  for (const pair of map.items) {
    if (!isScalar(pair.key)) continue
    const lines = about.get(String(pair.key.value)) ?? []
    if (lines.length > 0) pair.key.commentBefore = lines.map((line) => ` ${line}`).join('\n')
    if (!isMap(pair.value)) continue
    for (const { key, value } of pair.value.items)
      if (
        isScalar(key) &&
        (key.value === 'needs' || key.value === 'tasks') &&
        value !== null &&
        typeof value === 'object'
      )
        (value as { flow?: boolean }).flow = true
  }
}
