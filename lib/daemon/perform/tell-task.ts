/** What an agent is told of its task: a prompt, and files in its directory. */
import { renderContext, taskContext } from '../../core/run/context.js'
import type { AttemptRecord, TaskRecord } from '../../core/run/state.js'
import type { DaemonContext } from '../context.js'
import type { PlacedFile } from '../hosts/place-files.js'

export function taskFiles(
  attempt: AttemptRecord,
  task: TaskRecord,
  dir: string,
  { loop }: DaemonContext,
): PlacedFile[] {
  return [
    { path: `${dir}/context.md`, text: renderContext(taskContext(loop.state, task.spec.id)) },
    { path: `${dir}/prompt.md`, text: `${task.spec.prompt ?? task.spec.title}\n` },
    { path: `${dir}/task.json`, text: taskFile(attempt, task, dir) },
  ]
}

export function promptText(task: TaskRecord, contextFile: string, instructions: string): string {
  const { spec } = task
  const parts = [
    `Task ${spec.id}: ${spec.title}`,
    spec.prompt ?? '',
    spec.outputs.length === 0 ? '' : `It must leave these files: ${spec.outputs.join(', ')}`,
    `What came before this task, and what is known about it, stands in ${contextFile}.\n${instructions}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** One field a line, for programs that read it without a JSON parser. */
function taskFile(attempt: AttemptRecord, task: TaskRecord, dir: string): string {
  const { spec } = task
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
