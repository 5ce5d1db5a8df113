/** Messages that are typed into agents, and notes. */
import type { AgentId } from '../../ids.js'
import type { Principal } from '../../principal.js'
import { number, orNull, text, word } from '../../shape.js'
import { why, type Forms } from './form.js'
import { principal } from './principal-shape.js'

export type MessageEvent =
  | {
      readonly type: 'message.queued'
      readonly agent: AgentId
      readonly operation: string
      readonly digest: string
      readonly bytes: number
      readonly by: Principal
    }
  | {
      readonly type: 'message.settled'
      readonly agent: AgentId
      readonly operation: string
      readonly receipt: 'delivered' | 'unconfirmed' | 'refused'
      readonly reason: string | null
    }
  /** Something worth a line in the journal, which changes no state and which nobody has to find by its fields. */
  | { readonly type: 'noted'; readonly subject: string; readonly text: string }

export const MESSAGE_EVENTS: Forms<MessageEvent> = {
  'message.queued': {
    fields: { agent: text(), operation: text(), digest: text(), bytes: number, by: principal },
    line: ({ agent, bytes, operation }) => [agent, `a message of ${bytes} bytes was queued (${operation})`],
  },
  'message.settled': {
    fields: {
      agent: text(),
      operation: text(),
      receipt: word('delivered', 'unconfirmed', 'refused'),
      reason: orNull(text()),
    },
    line: ({ agent, operation, receipt, reason }) => [
      agent,
      `message ${operation}: ${receipt}${why(reason)}`,
      receipt === 'delivered' ? 'good' : 'warn',
    ],
  },
  noted: {
    fields: { subject: text(), text: text() },
    line: ({ subject, text }) => [subject, text],
    written: 'soon',
  },
}
