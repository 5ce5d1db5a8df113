/** What takes no new work for now. */
import { CORDONED_KINDS, type CordonedKind } from '../../cordon/cordon-record.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { text, word } from '../../shape.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

export type CordonEvent =
  | {
      readonly type: 'cordon.set'
      readonly kind: CordonedKind
      readonly id: string
      readonly by: Principal
    }
  | {
      readonly type: 'cordon.lifted'
      readonly kind: CordonedKind
      readonly id: string
      readonly by: Principal
    }

const cordonFields = { kind: word(...CORDONED_KINDS), id: text(), by: principal }

export const CORDON_EVENTS: Forms<CordonEvent> = {
  'cordon.set': {
    fields: cordonFields,
    line: ({ id, by }) => [id, `cordoned by ${namePrincipal(by)}: no new work`, 'warn'],
  },
  'cordon.lifted': {
    fields: cordonFields,
    line: ({ id, by }) => [id, `uncordoned by ${namePrincipal(by)}`],
  },
}
