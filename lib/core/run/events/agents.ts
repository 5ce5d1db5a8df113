/** Agents: their starts and ends, what was seen of them, what they asked and were told. */
import type { AgentId, AttemptId, MachineId, PaneId } from '../../ids.js'
import { STANDBY_REASONS, type StandbyReason } from '../../phases/plan-specs.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { fields, flag, list, number, orNull, since, text, word, type Fields } from '../../shape.js'
import type { Millis } from '../../time.js'
import { AGENT_STATES, type AgentState } from '../../words.js'
import { answerText } from './answer-text.js'
import { why, type Forms } from './form.js'
import { principal } from './principal-shape.js'

export interface Observation {
  readonly state: AgentState
  /** 0…1 */
  readonly confidence: number
  /** `exit`, `report`, `hook`, `title`, `screen`, `activity`, `process`, or two of them in contradiction: `title/screen`. */
  readonly evidence: string
  readonly rule: string | null
  /** The dialog's question, the limit's text, the error's text; sanitised, one line. */
  readonly text: string | null
  /** Fingerprint of the dialog shown: `approve` is bound to it. */
  readonly promptId: string | null
  /** limited: when it ends by its own words. */
  readonly until: Millis | null
  /** working: since when nothing has changed, where that is so long that it may hang. */
  readonly stalledSince: Millis | null
}

export const observationFields: Fields<Observation> = {
  state: word(...AGENT_STATES),
  confidence: number,
  evidence: text(),
  rule: orNull(text()),
  text: orNull(text()),
  promptId: orNull(text()),
  until: orNull(number),
  stalledSince: since(null, orNull(number)),
}

export type AgentEvent =
  | {
      readonly type: 'agent.starting'
      readonly agent: AgentId
      readonly generation: number
      readonly machine: MachineId
    }
  | {
      readonly type: 'agent.started'
      readonly agent: AgentId
      readonly generation: number
      readonly machine: MachineId
      readonly pid: number
      readonly pane: PaneId
    }
  | {
      readonly type: 'agent.start_failed'
      readonly agent: AgentId
      readonly generation: number
      readonly reason: string
    }
  | {
      readonly type: 'agent.exited'
      readonly agent: AgentId
      readonly generation: number
      readonly exitCode: number | null
      readonly signal: string | null
      readonly reason: string
      /** It was to end: we ended it. */
      readonly asked: boolean
    }
  | {
      readonly type: 'agent.observed'
      readonly agent: AgentId
      readonly generation: number
      readonly observation: Observation
    }
  | { readonly type: 'agent.stop_requested'; readonly agent: AgentId; readonly by: Principal }
  | {
      readonly type: 'agent.restart_requested'
      readonly agent: AgentId
      readonly by: Principal
      /** Why the daemon asks for it by itself. */
      readonly reason: string | null
    }
  /** One that stands by is to start: a role is short, or another agent is blocked or limited. */
  | {
      readonly type: 'agent.called'
      readonly agent: AgentId
      readonly reason: StandbyReason
      readonly why: string
    }
  /** It is idle again, and stands by. */
  | { readonly type: 'agent.released'; readonly agent: AgentId }
  /** The permission prompt that was shown was answered, by a person or as the layout says. */
  | {
      readonly type: 'prompt.answered'
      readonly agent: AgentId
      readonly generation: number
      readonly approved: boolean
      /** Fingerprint of the prompt that was shown. */
      readonly promptId: string | null
      /** Exactly what was asked, a row each; sanitised. */
      readonly question: readonly string[]
      /** The choice that was taken, in the CLI's words. */
      readonly option: string | null
      /** The entry of `auto_approve` that allowed it; null: whoever answered decided. */
      readonly rule: string | null
      readonly by: Principal
    }
  /** A limit has ended, and the agent was told to go on with its attempt. */
  | {
      readonly type: 'limit.passed'
      readonly agent: AgentId
      readonly attempt: AttemptId
      readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
      readonly reason: string | null
      readonly by: Principal
    }
  /** An agent's record did not count: a wrong nonce, owner, type or size. */
  | { readonly type: 'report.ignored'; readonly agent: AgentId; readonly reason: string }

export const AGENT_EVENTS: Forms<AgentEvent> = {
  'agent.starting': {
    fields: { agent: text(), generation: number, machine: text() },
    line: ({ agent, machine }) => [agent, `starting on ${machine}`],
  },
  'agent.started': {
    fields: { agent: text(), generation: number, machine: text(), pid: number, pane: text() },
    line: ({ agent, machine, pid }) => [agent, `started on ${machine} (pid ${pid})`, 'good'],
  },
  'agent.start_failed': {
    fields: { agent: text(), generation: number, reason: text() },
    line: ({ agent, reason }) => [agent, `could not start${why(reason)}`, 'bad'],
  },
  'agent.exited': {
    fields: {
      agent: text(),
      generation: number,
      exitCode: orNull(number),
      signal: orNull(text()),
      reason: text(),
      asked: since(false, flag),
    },
    // After a request to end, the exit code and the signal of the program say nothing.
    line: ({ agent, exitCode, signal, reason, asked }) => [
      agent,
      asked ? `ended${why(reason)}` : `exited${exitWords(exitCode, signal)}${why(reason)}`,
      asked || exitCode === 0 ? 'info' : 'bad',
    ],
  },
  'agent.observed': {
    fields: { agent: text(), generation: number, observation: fields<Observation>(observationFields) },
    line: ({ agent, observation: { state, text } }) => [
      agent,
      `${state}${why(text)}`,
      state === 'waiting' || state === 'limited' ? 'warn' : state === 'error' ? 'bad' : 'info',
    ],
    written: 'soon',
  },
  'agent.stop_requested': {
    fields: { agent: text(), by: principal },
    line: ({ agent, by }) => [agent, `stop asked for by ${namePrincipal(by)}`],
  },
  'agent.restart_requested': {
    fields: { agent: text(), by: principal, reason: since(null, orNull(text())) },
    line: ({ agent, by, reason }) => [agent, `restart asked for by ${namePrincipal(by)}${why(reason)}`],
  },
  'agent.called': {
    fields: { agent: text(), reason: word(...STANDBY_REASONS), why: text() },
    line: (e) => [e.agent, `called from standby: ${e.why}`],
  },
  'agent.released': {
    fields: { agent: text() },
    line: ({ agent }) => [agent, 'idle again: stands by'],
  },
  'prompt.answered': {
    fields: {
      agent: text(),
      generation: number,
      approved: flag,
      promptId: orNull(text()),
      question: list(text()),
      option: orNull(text()),
      rule: orNull(text()),
      by: principal,
    },
    line: (e) => [e.agent, answerText(e), e.approved ? 'good' : 'warn'],
  },
  'limit.passed': {
    fields: {
      agent: text(),
      attempt: text(),
      receipt: word('delivered', 'unconfirmed', 'refused'),
      reason: orNull(text()),
      by: principal,
    },
    line: ({ agent, receipt, reason }) => [
      agent,
      `its limit has ended; told to go on: ${receipt}${reason === null ? '' : ` (${reason})`}`,
    ],
  },
  'report.ignored': {
    fields: { agent: text(), reason: text() },
    line: ({ agent, reason }) => [agent, `a report was ignored: ${reason}`],
    written: 'soon',
  },
}

function exitWords(exitCode: number | null, signal: string | null): string {
  if (signal !== null) return ` (${signal})`
  return exitCode === null ? '' : ` (${exitCode})`
}
