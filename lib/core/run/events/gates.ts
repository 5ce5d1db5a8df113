/** Gates: what their commands said, and what people did. */
import type { GateId } from '../../ids.js'
import type { Principal } from '../../principal.js'
import { flag, list, number, orNull, since, text } from '../../shape.js'
import { answerText } from './answer-text.js'
import { checks, type CheckResult } from './checks.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export type GateEvent =
  | {
      readonly type: 'gate.checked'
      readonly gate: GateId
      readonly ok: boolean
      readonly checks: readonly CheckResult[]
      /** HEAD of the gate's directory then. */
      readonly head: string | null
    }
  | {
      readonly type: 'gate.answered'
      readonly gate: GateId
      readonly approved: boolean
      /** What it asked then, a row each. */
      readonly question: readonly string[]
      /** Which revision of the question was answered. */
      readonly promptId: string | null
      /** The numbers of the criteria that were answered; null: all that are asked. */
      readonly criteria: readonly number[] | null
      readonly reason: string | null
      readonly by: Principal
    }
  /** What its commands look at may have changed since: they are run again, and an answer counts on if they say the same. */
  | {
      readonly type: 'gate.check_requested'
      readonly gate: GateId
      readonly reason: string
      readonly by: Principal
    }

export const GATE_EVENTS: Forms<GateEvent> = {
  'gate.checked': {
    fields: { gate: text(), ok: flag, checks, head: since(null, orNull(text())) },
    line: ({ gate, ok }) => [gate, ok ? 'checks passed' : 'checks failed', ok ? 'good' : 'bad'],
  },
  'gate.answered': {
    fields: {
      gate: text(),
      approved: flag,
      question: since([], list(text())),
      promptId: since(null, orNull(text())),
      criteria: since(null, orNull(list(number))),
      reason: since(null, orNull(text())),
      by: principal,
    },
    line: (e) => [e.gate, answerText({ ...e, revision: e.promptId }), e.approved ? 'good' : 'bad'],
  },
  'gate.check_requested': {
    fields: { gate: text(), reason: text(), by: principal },
    line: ({ gate, reason }) => [gate, `its criteria are checked again: ${reason}`],
  },
}
