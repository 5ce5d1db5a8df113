/** An event as a line for people: `events`, the monitor, notifications. */
import { formatPrincipal, namePrincipal } from '../principal.js'
import { questionLine, type AnswerRecord } from '../run/answers.js'
import type { ResetReason, RunEvent } from '../run/events.js'
import type { MilestoneState } from '../phases/plan-specs.js'
import { isoTime } from '../run/rows/iso-time.js'
import type { EventRow } from '../protocol/status.js'
import { safeText } from '../text/safe-text.js'
import { formatDuration, type Millis } from '../time.js'
import { assertNever } from '../assert-never.js'

type MilestoneChanged = Extract<RunEvent, { type: 'milestone.changed' }>
type Level = EventRow['level']
type Line = readonly [subject: string | null, text: string, level?: Level]

export function eventRow(seq: number, event: RunEvent): EventRow {
  const [subject, text, level = 'info'] = lineOf(event)
  return {
    seq,
    at: new Date(event.at).toISOString(),
    type: event.type,
    subject,
    text: safeText(text),
    level,
    by: causeOf(event),
  }
}

/** `Task-2.1` → `Task-2`. */
function taskOf(attempt: string): string {
  return attempt.slice(0, attempt.lastIndexOf('.'))
}

function sayShift(waitsMs: Millis, workMs: Millis): string {
  const by = Math.abs(workMs) > Math.abs(waitsMs) ? workMs : waitsMs
  return `${by < 0 ? '-' : '+'}${formatDuration(Math.abs(by))}`
}

function lineOf(e: RunEvent): Line {
  switch (e.type) {
    case 'layout.applied':
      return [
        null,
        `layout applied: ${e.layout.windows.length} windows, ${e.layout.agents.length} agents, ${e.layout.tasks.length} tasks`,
      ]
    case 'machine.changed':
      return [
        e.machine,
        `${e.state}${why(e.reason)}`,
        e.state === 'online' ? 'good' : e.state === 'unknown' ? 'info' : 'warn',
      ]
    case 'machine.reset':
      return [e.machine, RESET_TEXT[e.reason], e.reason === 'down' ? 'info' : 'bad']
    case 'machine.loaded':
      return [e.machine, `load ${e.load1}`]
    case 'agent.starting':
      return [e.agent, `starting on ${e.machine}`]
    case 'agent.started':
      return [e.agent, `started on ${e.machine} (pid ${e.pid})`, 'good']
    case 'agent.start_failed':
      return [e.agent, `could not start${why(e.reason)}`, 'bad']
    case 'agent.exited':
      return [
        e.agent,
        `exited${exitWords(e.exitCode, e.signal)}${why(e.reason)}`,
        e.exitCode === 0 ? 'info' : 'bad',
      ]
    case 'agent.observed': {
      const o = e.observation
      return [
        e.agent,
        `${o.state}${why(o.text)}`,
        o.state === 'waiting' || o.state === 'limited' ? 'warn' : o.state === 'error' ? 'bad' : 'info',
      ]
    }
    case 'agent.stop_requested':
      return [e.agent, `stop asked for by ${namePrincipal(e.by)}`]
    case 'agent.restart_requested':
      return [e.agent, `restart asked for by ${namePrincipal(e.by)}${why(e.reason)}`]
    case 'run.started':
      return [null, 'the run started']
    case 'run.paused':
      return [null, 'the run is paused', 'warn']
    case 'run.resumed':
      return [null, 'the run goes on']
    case 'run.reset':
      return [null, 'the graph begins anew']
    case 'run.finished':
      return [null, 'the run ended']
    case 'task.submitted':
      return [e.task.id, `submitted by ${namePrincipal(e.by)}: ${e.task.title}`]
    case 'task.needs_added':
      return [e.task, `now also needs ${e.needs.join(', ')}`]
    case 'task.cancel_requested':
      return [e.task, `cancelled by ${namePrincipal(e.by)}`, 'warn']
    case 'task.retry_requested':
      return [e.task, `to be tried again, asked for by ${namePrincipal(e.by)}`]
    case 'task.already_done':
      return [e.task, e.done ? 'was done already' : 'is not done yet', e.done ? 'good' : 'info']
    case 'attempt.started':
      return [e.task, `attempt ${e.attempt} given to ${e.agent ?? e.machine}`]
    case 'attempt.running':
      return !e.unconfirmed
        ? [taskOf(e.attempt), `attempt ${e.attempt} is running`]
        : [taskOf(e.attempt), `attempt ${e.attempt} may not have its prompt: ${e.unconfirmed}`, 'warn']
    case 'attempt.progressed':
      return [
        taskOf(e.attempt),
        `${e.progress === null ? '' : `${Math.round(e.progress * 100)} % `}${e.text ?? ''}`.trim(),
      ]
    case 'attempt.proved':
      return [
        taskOf(e.attempt),
        `attempt ${e.attempt} says ${e.proof.outcome} by ${e.proof.kind}${why(e.proof.text)}`,
      ]
    case 'attempt.verified':
      return e.ok
        ? [taskOf(e.attempt), 'completed and verified', 'good']
        : [
            taskOf(e.attempt),
            `verification failed${why(e.missingOutputs.length > 0 ? `missing ${e.missingOutputs.join(', ')}` : (e.checks.find((c) => !c.ok)?.command ?? null))}`,
            'bad',
          ]
    case 'attempt.ended':
      return [
        taskOf(e.attempt),
        `attempt ${e.attempt} ${e.status}${why(e.reason)}`,
        e.status === 'succeeded' ? 'good' : 'bad',
      ]
    case 'gate.checked':
      return [e.gate, e.ok ? 'checks passed' : 'checks failed', e.ok ? 'good' : 'bad']
    case 'gate.check_requested':
      return [e.gate, `its criteria are checked again: ${e.reason}`]
    case 'gate.answered':
      return [e.gate, answerWords(e), e.approved ? 'good' : 'bad']
    case 'prompt.answered':
      return [e.agent, answerWords(e), e.approved ? 'good' : 'warn']
    case 'limit.passed':
      return [
        e.agent,
        `its limit has ended; told to go on: ${e.receipt}${e.reason === null ? '' : ` (${e.reason})`}`,
      ]
    case 'report.ignored':
      return [e.agent, `a report was ignored: ${e.reason}`]
    case 'milestone.changed':
      return [e.milestone, sayMilestone(e), MILESTONE_LEVEL[e.state]]
    case 'clock.changed':
      return [null, `the clock is another one than before: by ${sayShift(e.waitsMs, e.workMs)}`, 'warn']
    case 'message.queued':
      return [e.agent, `a message of ${e.bytes} bytes was queued (${e.operation})`]
    case 'message.settled':
      return [
        e.agent,
        `message ${e.operation}: ${e.receipt}${why(e.reason)}`,
        e.receipt === 'delivered' ? 'good' : 'warn',
      ]
    case 'noted':
      return [e.subject, e.text]
    default:
      return assertNever(e)
  }
}

const MILESTONE_LEVEL = {
  on_time: 'good',
  at_risk: 'warn',
  late: 'bad',
  done: 'good',
} as const satisfies Record<MilestoneState, Level>

function sayMilestone({ state, lateMs, forecastAt, slowAt, dueAt }: MilestoneChanged): string {
  const [likely, slow, due] = [forecastAt, slowAt, dueAt].map((at) => isoTime(at) ?? 'never')
  const late = lateMs > 0 ? `, ${formatDuration(lateMs)} late` : ''
  if (state === 'done') return `milestone done${late}`
  const course = `expected ${likely}, slowly ${slow}, due ${due}`
  return `milestone ${state.replace('_', ' ')}${state === 'late' ? ` by ${formatDuration(lateMs)}` : ''}: ${course}`
}

/** Who said yes or no, to what exactly, and by which choice. */
function answerWords(e: AnswerRecord): string {
  const rule = e.type === 'prompt.answered' && e.rule !== null ? ` (auto_approve: ${e.rule})` : ''
  const option = e.type === 'prompt.answered' && e.option !== null ? ` (${e.option})` : ''
  const question = e.question.length === 0 ? '' : `: ${questionLine(e)}`
  const criteria =
    e.type === 'gate.answered' && e.criteria !== null ? ` (criterion ${e.criteria.join(', ')})` : ''
  const reason = e.type === 'gate.answered' && e.reason !== null ? ` (${e.reason})` : ''
  const said = `${e.approved ? 'approved' : 'denied'} by ${namePrincipal(e.by)}${rule}`
  return `${said}${criteria}${reason}${question}${option}`
}

/** `person:1000`; of what an attempt itself reported `attempt:Task-2.1`; null: nobody asked for it. */
function causeOf(event: RunEvent): string | null {
  if ('by' in event) return event.by === null ? null : formatPrincipal(event.by)
  return event.type === 'attempt.proved' || event.type === 'attempt.progressed'
    ? `attempt:${event.attempt}`
    : null
}

function why(reason: string | null | undefined): string {
  return reason === null || reason === undefined || reason === '' ? '' : `: ${reason}`
}

function exitWords(exitCode: number | null, signal: string | null): string {
  if (signal !== null) return ` (${signal})`
  return exitCode === null ? '' : ` (${exitCode})`
}

const RESET_TEXT = {
  reboot: 'rebooted: what ran there is gone',
  server_gone: 'its tmux server is gone, and what ran in it',
  down: 'taken down: our agents there were ended',
} as const satisfies Record<ResetReason, string>
