/** What an agent is told of its task: a prompt, and files in its directory. The same at every try, whatever was edited since. */
import type { TaskSpec } from '../../core/layout/model.js'
import { renderContext } from '../../core/run/context.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { PlacedFile } from '../machines/place-files.js'

export function taskFiles(attempt: AttemptRecord, dir: string): PlacedFile[] {
  const { task } = attempt.told
  return [
    { path: `${dir}/context.md`, text: renderContext(attempt.told) },
    { path: `${dir}/prompt.md`, text: `${task.prompt ?? task.title}\n` },
    { path: `${dir}/task.json`, text: taskFile(attempt, task, dir) },
  ]
}

/** Of an attempt in a worktree: what it may count on there. */
function placeText({ tree }: AttemptRecord): string {
  if (tree?.path == null) return ''
  return `You work in ${tree.path}, a git worktree of your own, on the branch ${tree.branch ?? ''}. Work nowhere else, stay on that branch, and commit there what is done.`
}

export function promptText(attempt: AttemptRecord, contextFile: string, instructions: string): string {
  const spec = attempt.told.task
  const parts = [
    `Task ${spec.id}: ${spec.title}`,
    spec.prompt ?? '',
    placeText(attempt),
    spec.outputs.length === 0 ? '' : `It must leave these files: ${spec.outputs.join(', ')}`,
    `What came before this task, and what is known about it, stands in ${contextFile}.\n${instructions}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** One field a line, for programs that read it without a JSON parser. */
function taskFile(attempt: AttemptRecord, spec: TaskSpec, dir: string): string {
  const fields = {
    version: 1,
    task: spec.id,
    attempt: attempt.id,
    nonce: attempt.nonce,
    title: spec.title,
    estimate_ms: spec.estimateMs,
    prompt_file: `${dir}/prompt.md`,
    context_file: `${dir}/context.md`,
    outputs: spec.outputs,
  }
  return `${JSON.stringify(fields, null, 1)}\n`
}
