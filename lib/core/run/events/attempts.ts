/** Attempts at tasks, from the decision to give one out to its verified end. */
import type { AgentId, AttemptId, MachineId, Nonce, TaskId } from '../../ids.js'
import { fields, flag, list, number, orNull, since, text, word } from '../../shape.js'
import { ATTEMPT_STATUSES, type AttemptStatus } from '../../words.js'
import { checks, type CheckResult } from './checks.js'
import { why, type Forms } from './form.js'

/** How an attempt proved its end. `marker` and `report` carry the attempt's nonce; `exit` the job's own exit record. */
export type ProofKind = 'exit' | 'report' | 'hook' | 'result' | 'marker' | 'already_done'

export interface Proof {
  readonly kind: ProofKind
  readonly outcome: 'done' | 'fail' | 'blocked'
  readonly text: string | null
  readonly exitCode: number | null
}

export const proof = fields<Proof>({
  kind: word('exit', 'report', 'hook', 'result', 'marker', 'already_done'),
  outcome: word('done', 'fail', 'blocked'),
  text: orNull(text()),
  exitCode: orNull(number),
})

/** What an attempt left on its branch. */
export interface AttemptWork {
  readonly head: string
  /** Since its base. */
  readonly commits: number
  readonly files: number
}

export type AttemptEvent =
  /** Durable before the first effect. `random` (0…1) is drawn by the performer, for jitter in retries. */
  | {
      readonly type: 'attempt.started'
      readonly attempt: AttemptId
      readonly task: TaskId
      readonly agent: AgentId | null
      readonly generation: number | null
      readonly machine: MachineId
      readonly nonce: Nonce
      readonly random: number
      /** A process of its own, of an agent in `mode: headless`. */
      readonly headless: boolean
    }
  /** The prompt was accepted, or the job's process exists. */
  | {
      readonly type: 'attempt.running'
      readonly attempt: AttemptId
      readonly pid: number | null
      /** Why it is not known whether the agent took the prompt; empty: it did. */
      readonly unconfirmed: string
    }
  | {
      readonly type: 'attempt.progressed'
      readonly attempt: AttemptId
      readonly progress: number | null
      readonly text: string | null
      readonly checkpoint: string | null
    }
  | { readonly type: 'attempt.proved'; readonly attempt: AttemptId; readonly proof: Proof }
  | {
      readonly type: 'attempt.verified'
      readonly attempt: AttemptId
      readonly ok: boolean
      readonly checks: readonly CheckResult[]
      readonly missingOutputs: readonly string[]
      readonly outputs: readonly string[]
      /** Of its branch, where it worked in a tree: exactly what was verified. */
      readonly work: AttemptWork | null
      /** Where it worked outside of its tree: a person has to look. */
      readonly escapes: readonly string[]
    }
  /** It could not start, or ended without proof: process gone, machine reset, cancelled, timed out. */
  | {
      readonly type: 'attempt.ended'
      readonly attempt: AttemptId
      readonly status: AttemptStatus
      readonly reason: string
      readonly screen: string | null
    }

export const ATTEMPT_EVENTS: Forms<AttemptEvent> = {
  'attempt.started': {
    fields: {
      attempt: text(),
      task: text(),
      agent: orNull(text()),
      generation: orNull(number),
      machine: text(),
      nonce: text(),
      random: number,
      headless: since(false, flag),
    },
    line: (e) => [e.task, `attempt ${e.attempt} given to ${e.agent ?? e.machine}`],
  },
  'attempt.running': {
    fields: { attempt: text(), pid: orNull(number), unconfirmed: since('', text()) },
    line: ({ attempt, unconfirmed }) =>
      !unconfirmed
        ? [taskOf(attempt), `attempt ${attempt} is running`]
        : [taskOf(attempt), `attempt ${attempt} may not have its prompt: ${unconfirmed}`, 'warn'],
  },
  'attempt.progressed': {
    fields: {
      attempt: text(),
      progress: orNull(number),
      text: orNull(text()),
      checkpoint: orNull(text()),
    },
    line: ({ attempt, progress, text }) => [
      taskOf(attempt),
      `${progress === null ? '' : `${Math.round(progress * 100)} % `}${text ?? ''}`.trim(),
    ],
    written: 'soon',
  },
  'attempt.proved': {
    fields: { attempt: text(), proof },
    line: ({ attempt, proof: { outcome, kind, text } }) => [
      taskOf(attempt),
      `attempt ${attempt} says ${outcome} by ${kind}${why(text)}`,
    ],
  },
  'attempt.verified': {
    fields: {
      attempt: text(),
      ok: flag,
      checks,
      missingOutputs: list(text()),
      outputs: list(text()),
      work: since(null, orNull(fields<AttemptWork>({ head: text(), commits: number, files: number }))),
      escapes: since([], list(text())),
    },
    line: (e) =>
      e.ok
        ? [taskOf(e.attempt), 'completed and verified', 'good']
        : [taskOf(e.attempt), `verification failed${why(failureOf(e))}`, 'bad'],
  },
  'attempt.ended': {
    fields: { attempt: text(), status: word(...ATTEMPT_STATUSES), reason: text(), screen: orNull(text()) },
    line: ({ attempt, status, reason }) => [
      taskOf(attempt),
      `attempt ${attempt} ${status}${why(reason)}`,
      status === 'succeeded' ? 'good' : 'bad',
    ],
  },
}

/** `Task-2.1` → `Task-2`. */
function taskOf(attempt: string): string {
  return attempt.slice(0, attempt.lastIndexOf('.'))
}

function failureOf({
  missingOutputs,
  checks,
  escapes,
}: Extract<AttemptEvent, { type: 'attempt.verified' }>): string | null {
  if (escapes.length > 0) return escapes.join('; ')
  if (missingOutputs.length > 0) return `missing ${missingOutputs.join(', ')}`
  return checks.find(({ ok }) => !ok)?.command ?? null
}
