/** Escalations: who was told of what, and who took it on. */
import { ESCALATION_KINDS, type Cause, type CauseText } from '../../escalation/records.js'
import type { LayerId } from '../../ids.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { fields, flag, list, orNull, text, word, type Fields } from '../../shape.js'
import { why, type Forms } from './form.js'
import { principal } from './principal-shape.js'

export type EscalationEvent =
  /** Durable before anybody is told. The fold numbers it; while it is open its cause is not told again. */
  | {
      readonly type: 'escalation.opened'
      readonly cause: Cause
      readonly layer: LayerId
      readonly to: readonly string[]
    }
  /** Nobody has taken it on in time: the next layer is told. */
  | {
      readonly type: 'escalation.raised'
      readonly escalation: string
      readonly layer: LayerId
      readonly to: readonly string[]
    }
  /** Durable before it leaves: what a crash leaves here is never sent again. */
  | {
      readonly type: 'escalation.sending'
      readonly escalation: string
      readonly layer: LayerId
      readonly to: string
    }
  | {
      readonly type: 'escalation.sent'
      readonly escalation: string
      readonly layer: LayerId
      readonly to: string
      readonly outcome: 'sent' | 'failed' | 'uncertain'
      readonly reason: string | null
    }
  | { readonly type: 'escalation.acked'; readonly escalation: string; readonly by: Principal }
  /** Its cause is over. */
  | { readonly type: 'escalation.closed'; readonly escalation: string }
  /** The cause is back soon after: nobody is told again, and the ladder goes on. */
  | { readonly type: 'escalation.reopened'; readonly escalation: string }

export const causeFields: Fields<Cause> = {
  key: text(),
  kind: word(...ESCALATION_KINDS),
  subject: text(),
  task: orNull(text()),
  attempt: orNull(text()),
  urgent: flag,
  text: fields<CauseText>({ issue: text(), blocker: text(), proposal: text(), impact: text() }),
}

export const ESCALATION_EVENTS: Forms<EscalationEvent> = {
  'escalation.opened': {
    fields: { cause: fields<Cause>(causeFields), layer: text(), to: list(text()) },
    line: ({ cause, layer, to }) => [
      cause.subject,
      `${cause.urgent ? 'URGENT: ' : ''}${cause.text.issue}; told to ${layer}: ${names(to)}`,
      'warn',
    ],
  },
  'escalation.raised': {
    fields: { escalation: text(), layer: text(), to: list(text()) },
    line: ({ escalation, layer, to }) => [
      escalation,
      `nobody took it on; told to ${layer}: ${to.length === 0 ? 'nobody new' : names(to)}`,
      'warn',
    ],
  },
  'escalation.sending': {
    fields: { escalation: text(), layer: text(), to: text() },
    line: ({ escalation, layer, to }) => [escalation, `${layer} is told: ${names([to])}`],
  },
  'escalation.sent': {
    fields: {
      escalation: text(),
      layer: text(),
      to: text(),
      outcome: word('sent', 'failed', 'uncertain'),
      reason: orNull(text()),
    },
    line: ({ escalation, to, outcome, reason }) => [
      escalation,
      `${names([to])}: ${outcome}${why(reason)}`,
      outcome === 'sent' ? 'good' : 'warn',
    ],
  },
  'escalation.acked': {
    fields: { escalation: text(), by: principal },
    line: ({ escalation, by }) => [escalation, `taken on by ${namePrincipal(by)}`, 'good'],
  },
  'escalation.closed': {
    fields: { escalation: text() },
    line: ({ escalation }) => [escalation, 'its cause is over', 'good'],
  },
  'escalation.reopened': {
    fields: { escalation: text() },
    line: ({ escalation }) => [escalation, 'its cause is back', 'warn'],
  },
}

function names(to: readonly string[]): string {
  return to.length === 0 ? 'nobody' : to.map((one) => one.replace(/^(agent|person):/, '')).join(', ')
}
