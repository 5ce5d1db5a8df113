/** The one comment of an issue that is edited in place: how the task stands, from facts alone. */
import { attemptsOf, sayReason } from '../reports/facts.js'
import type { RunState, TaskRecord } from '../run/state.js'
import { formatDuration } from '../time.js'
import { isoTime } from '../iso-time.js'

const WORDS: Readonly<Record<TaskRecord['status'], string>> = {
  PENDING: 'waits for what it needs',
  READY: 'can begin',
  IN_PROGRESS: 'in progress',
  COMPLETED: 'complete',
  FAILED: 'failed',
  BLOCKED: 'blocked',
  CANCELLED: 'cancelled',
}

/** No time of writing stands in it: the same facts are the same text, and cause no edit. */
export function statusBody(state: RunState, task: TaskRecord): string {
  const attempts = attemptsOf(state, task)
  const last = attempts.at(-1)
  const isBad = task.status === 'FAILED' || task.status === 'BLOCKED'
  const done = last?.checks.filter(({ ok }) => ok).length ?? 0
  const row = (name: string, value: string | null) => (value === null ? [] : [`| ${name} | ${cell(value)} |`])
  const when = (at: number | null | undefined) => isoTime(at ?? null)?.replace(/\.\d+Z$/, 'Z') ?? null
  return [
    `### ${task.spec.id}: ${WORDS[task.status]}`,
    '',
    '| | |',
    '|---|---|',
    ...row('State', task.status),
    ...row(
      'Progress',
      last?.progress == null || task.status !== 'IN_PROGRESS' ? null : `${Math.round(last.progress * 100)} %`,
    ),
    ...row('Worker', last === undefined ? null : `${last.agent ?? 'a command'} on ${last.machine}`),
    ...row('Attempt', last === undefined ? null : `${last.number} of ${task.spec.retry.attempts}`),
    ...row('Started', when(task.startedAt)),
    ...row('Ended', when(task.endedAt)),
    ...row(
      'Duration',
      last?.endedAt == null
        ? null
        : formatDuration(
            attempts.reduce((sum, one) => sum + ((one.endedAt ?? one.startedAt) - one.startedAt), 0),
          ),
    ),
    ...row('Files', last === undefined || last.outputs.length === 0 ? null : last.outputs.join(', ')),
    ...row(
      'Checks',
      last === undefined || last.checks.length === 0 ? null : `${done} of ${last.checks.length} passed`,
    ),
    ...row('Blocker', isBad ? sayReason(task) : null),
  ].join('\n')
}

/** One line, and no border of the table. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 500)
}
