/** One glyph and one tone for each word of the contract: total maps, so a new word cannot be forgotten. */
import type { AgentState, MachineState, TaskStatus } from '../words.js'
import type { EventRow, GateRow, StatusDocument } from '../protocol/status.js'
import { span, type Span, type Tone } from './spans.js'

export interface Look {
  readonly glyph: string
  readonly ascii: string
  readonly tone: Tone
  /** As people say it, at most nine columns. */
  readonly word: string
}

/** How things are drawn: with box and block characters, or in ASCII only. */
export interface Theme {
  readonly ascii: boolean
}

const look = (glyph: string, ascii: string, tone: Tone, word: string): Look => ({ glyph, ascii, tone, word })

export const AGENT_LOOK = {
  starting: look('◌', '.', 'accent', 'starting'),
  idle: look('○', 'o', 'quiet', 'idle'),
  working: look('●', '*', 'busy', 'working'),
  quiet: look('◦', ':', 'quiet', 'quiet'),
  waiting: look('◐', '!', 'warn', 'waiting'),
  stopping: look('◍', '-', 'accent', 'stopping'),
  limited: look('◷', '~', 'warn', 'limited'),
  error: look('✗', 'x', 'bad', 'error'),
  exited: look('□', '_', 'quiet', 'exited'),
  unknown: look('?', '?', 'warn', 'unknown'),
} as const satisfies Record<AgentState, Look>

export const TASK_LOOK = {
  PENDING: look('·', '.', 'quiet', 'pending'),
  READY: look('○', 'o', 'plain', 'ready'),
  IN_PROGRESS: look('●', '*', 'busy', 'running'),
  COMPLETED: look('✓', '+', 'good', 'done'),
  FAILED: look('✗', 'x', 'bad', 'failed'),
  BLOCKED: look('⊘', '#', 'bad', 'blocked'),
  CANCELLED: look('–', '-', 'quiet', 'cancelled'),
} as const satisfies Record<TaskStatus, Look>

export const MACHINE_LOOK = {
  online: look('●', '*', 'good', 'online'),
  degraded: look('◐', '~', 'warn', 'degraded'),
  offline: look('✗', 'x', 'bad', 'offline'),
  unknown: look('?', '?', 'quiet', 'unknown'),
} as const satisfies Record<MachineState, Look>

export const GATE_LOOK = {
  closed: look('·', '.', 'quiet', 'closed'),
  checking: look('●', '*', 'busy', 'checking'),
  waiting: look('◐', '!', 'warn', 'waiting'),
  open: look('✓', '+', 'good', 'open'),
  failed: look('✗', 'x', 'bad', 'failed'),
} as const satisfies Record<GateRow['status'], Look>

export const PHASE_LOOK = {
  idle: look('○', 'o', 'quiet', 'not started'),
  running: look('▸', '>', 'busy', 'running'),
  paused: look('‖', '=', 'warn', 'paused'),
  finished: look('✓', '+', 'good', 'finished'),
} as const satisfies Record<StatusDocument['run']['phase'], Look>

/** A run that is over, though not all of it was done. */
export const ENDED_BADLY: Look = { ...TASK_LOOK.FAILED, word: 'finished' }

export const EVENT_LOOK = {
  info: look('·', '.', 'quiet', 'info'),
  good: look('✓', '+', 'good', 'good'),
  warn: look('▲', '!', 'warn', 'warn'),
  bad: look('✗', 'x', 'bad', 'bad'),
} as const satisfies Record<EventRow['level'], Look>

export function glyph(of: Look, theme: Theme): Span {
  return span(theme.ascii ? of.ascii : of.glyph, of.tone)
}

export function ellipsisOf(theme: Theme): string {
  return theme.ascii ? '~' : '…'
}

export function dotOf(theme: Theme): Span {
  return span(theme.ascii ? ' - ' : ' · ', 'quiet')
}
