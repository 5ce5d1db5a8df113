/** The run as a Markdown document for people: what was done when and by whom, what failed and why, what it was worth. */
import { formatDuration, type Millis } from '../../time.js'
import { namePrincipal } from '../../principal.js'
import { questionLine } from '../events/answer-text.js'
import { fenced } from '../context.js'
import { isoTime } from '../../iso-time.js'
import { progressOf, waveOf } from './selectors.js'
import type { AttemptRecord, RunState, TaskRecord } from '../state.js'
import { taskChanges } from '../told.js'

export function renderReport(state: RunState, now: Millis): string {
  const parts = [
    `# ${state.layout?.title ?? state.layout?.session ?? 'Report'}`,
    overview(state, now),
    ...wavesSection(state, now),
    ...agentsSection(state, now),
    ...gatesSection(state),
    ...answersSection(state),
    ...failuresSection(state),
    ...toldSection(state),
    ...checksSection(state),
    ...filesSection(state),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function overview(state: RunState, now: Millis): string {
  const tasks = [...state.tasks.values()]
  const count = (status: TaskRecord['status']) => tasks.filter((task) => task.status === status).length
  const lines = [
    `- run: ${state.phase}, ${Math.round(progressOf(state) * 100)} %`,
    `- tasks: ${tasks.length}, completed ${count('COMPLETED')}, failed ${count('FAILED')}, blocked ${count('BLOCKED')}, cancelled ${count('CANCELLED')}`,
  ]
  if (state.startedAt !== null) {
    const end = state.finishedAt ?? now
    const took = end - state.startedAt
    const worked = [...state.attempts.values()].reduce((sum, attempt) => sum + lengthOf(attempt, now), 0)
    const one = tasks.reduce((sum, task) => sum + lastLength(state, task, now), 0)
    lines.push(
      `- time: ${isoTime(state.startedAt)} to ${state.finishedAt === null ? 'now' : isoTime(end)}, ${formatDuration(took)}`,
    )
    lines.push(
      `- work: ${formatDuration(worked)} in ${state.attempts.size} attempts, at most ${mostAtOnce(state, now)} at once`,
    )
    if (took > 0 && one > 0) {
      lines.push(`- one agent alone: ${formatDuration(one)}, ${(one / took).toFixed(1)} times as long`)
    }
  }
  return lines.join('\n')
}

function wavesSection(state: RunState, now: Millis): string[] {
  const waves = new Map<number, TaskRecord[]>()
  for (const task of state.tasks.values()) {
    const wave = waveOf(state, task.spec.id)
    waves.set(wave, [...(waves.get(wave) ?? []), task])
  }
  return [...waves.entries()]
    .sort(([a], [b]) => a - b)
    .map(([wave, tasks]) => {
      const rows = tasks.map((task) => taskLine(state, task, now))
      const head = ['task', 'title', 'status', 'agent', 'attempts', 'took', 'estimate']
      return `## Wave ${wave}\n\n${table(head, rows)}`
    })
}

function taskLine(state: RunState, task: TaskRecord, now: Millis): string[] {
  const last = lastAttempt(state, task)
  return [
    task.spec.id,
    task.spec.title,
    task.status,
    last?.agent ?? last?.machine ?? '',
    String(task.attempts.length),
    last === undefined ? '' : formatDuration(lengthOf(last, now)),
    formatDuration(task.spec.estimateMs),
  ]
}

function agentsSection(state: RunState, now: Millis): string[] {
  const rows: string[][] = []
  for (const agent of state.agents.values()) {
    const own = [...state.attempts.values()].filter((attempt) => attempt.agent === agent.spec.id)
    if (own.length === 0) continue
    const good = own.filter((attempt) => attempt.status === 'succeeded')
    const busy = own.reduce((sum, attempt) => sum + lengthOf(attempt, now), 0)
    rows.push([
      agent.spec.id,
      agent.spec.type,
      agent.machine,
      [...new Set(good.map((attempt) => attempt.task))].join(', '),
      String(own.length - good.length),
      formatDuration(busy),
    ])
  }
  if (rows.length === 0) return []
  return [
    `## Who did what\n\n${table(['agent', 'type', 'machine', 'completed', 'other attempts', 'busy'], rows)}`,
  ]
}

function gatesSection(state: RunState): string[] {
  if (state.gates.size === 0) return []
  const rows = [...state.gates.values()].map(({ spec, status, reason }) => [spec.id, status, reason ?? ''])
  return [`## Gates\n\n${table(['gate', 'status', 'reason'], rows)}`]
}

/** Who let what go on: the question word for word, since that is what was said yes to. */
function answersSection({ answers }: RunState): string[] {
  if (answers.length === 0) return []
  const rows = answers.map((answer) => {
    const isPrompt = answer.type === 'prompt.answered'
    const reason = !isPrompt && answer.reason !== null ? ` (${answer.reason})` : ''
    const rule = isPrompt && answer.rule !== null ? ` (auto_approve: ${answer.rule})` : ''
    return [
      isoTime(answer.at),
      isPrompt ? answer.agent : answer.gate,
      questionLine(answer),
      `${answer.approved ? 'yes' : 'no'}${isPrompt && answer.option !== null ? `: ${answer.option}` : ''}`,
      `${namePrincipal(answer.by)}${rule}${reason}`,
    ]
  })
  return [
    `## Questions and answers\n\n${table(['at', 'asked by', 'question', 'answer', 'answered by'], rows)}`,
  ]
}

function failuresSection(state: RunState): string[] {
  const parts: string[] = []
  for (const attempt of state.attempts.values()) {
    if (attempt.phase !== 'ended' || attempt.status === 'succeeded') continue
    const who = attempt.agent ?? attempt.machine
    const screen = attempt.screen === null ? '' : `\n\n${fenced(attempt.screen)}`
    parts.push(`### ${attempt.id} by ${who}: ${attempt.status}\n\n> ${cell(attempt.reason ?? '')}${screen}`)
  }
  const open = [...state.tasks.values()].filter(({ status }) => status === 'FAILED' || status === 'BLOCKED')
  if (open.length > 0) {
    const rows = open.map((task) => [task.spec.id, task.status, task.reason ?? ''])
    parts.unshift(table(['task', 'status', 'reason'], rows))
  }
  return parts.length === 0 ? [] : ['## What went wrong', ...parts]
}

/** Only where it is not what the layout says now. */
function toldSection(state: RunState): string[] {
  const parts: string[] = []
  for (const { spec, attempts } of state.tasks.values()) {
    for (const attempt of attempts.flatMap((id) => state.attempts.get(id) ?? [])) {
      const { task } = attempt.told
      const { told } = taskChanges(task, spec)
      if (told.length === 0) continue
      const lines = [
        ...task.outputs.map((path) => `- must leave \`${path}\``),
        ...task.verify.map((command) => `- must pass \`${command}\``),
      ]
      const said = [fenced(task.prompt ?? task.command ?? ''), lines.join('\n')].filter((part) => part !== '')
      parts.push(
        `### ${attempt.id}: the layout has changed since (${told.join(', ')})\n\n${said.join('\n\n')}`,
      )
    }
  }
  return parts.length === 0 ? [] : ['## What attempts were told', ...parts]
}

function checksSection(state: RunState): string[] {
  const rows: string[][] = []
  for (const task of state.tasks.values()) {
    for (const check of lastAttempt(state, task)?.checks ?? []) {
      rows.push([task.spec.id, check.command, check.ok ? 'ok' : `exit ${check.exitCode ?? '?'}`])
    }
  }
  return rows.length === 0 ? [] : [`## Checks\n\n${table(['task', 'command', 'result'], rows)}`]
}

function filesSection(state: RunState): string[] {
  const lines: string[] = []
  for (const task of state.tasks.values()) {
    const outputs = lastAttempt(state, task)?.outputs ?? []
    if (outputs.length > 0)
      lines.push(`- ${task.spec.id}: ${outputs.map((path) => `\`${path}\``).join(', ')}`)
  }
  return lines.length === 0 ? [] : [`## Files\n\n${lines.join('\n')}`]
}

function lastAttempt(state: RunState, task: TaskRecord): AttemptRecord | undefined {
  const last = task.attempts.at(-1)
  return last === undefined ? undefined : state.attempts.get(last)
}

function lengthOf(attempt: AttemptRecord, now: Millis): Millis {
  return Math.max(0, (attempt.endedAt ?? now) - attempt.startedAt)
}

function lastLength(state: RunState, task: TaskRecord, now: Millis): Millis {
  const last = lastAttempt(state, task)
  return last === undefined ? 0 : lengthOf(last, now)
}

function mostAtOnce(state: RunState, now: Millis): number {
  const edges: { at: Millis; change: number }[] = []
  for (const attempt of state.attempts.values()) {
    edges.push({ at: attempt.startedAt, change: 1 }, { at: attempt.endedAt ?? now, change: -1 })
  }
  edges.sort((a, b) => a.at - b.at || a.change - b.change)
  let most = 0
  let live = 0
  for (const { change } of edges) {
    live += change
    most = Math.max(most, live)
  }
  return most
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** One line, and nothing that ends a cell. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')
}
