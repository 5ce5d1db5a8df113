/** `escalation:`: who is told at which layer, and how long an answer is waited for there. */
import * as z from 'zod'
import type { EscalationStep } from '../../core/escalation/spec.js'
import type { LayerId } from '../../core/ids.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs } from './key.js'
import { duration, id, idSchema, section, texts } from './kinds.js'
import { textsOf } from './read.js'

const step = keys(() => ({ to: required(texts(id())), after: duration() }))
export const ESCALATION_DOCS: Docs<typeof step> = {
  to: 'agents, roles, people, `notify`, `github`; alone it stands for the whole entry',
  after: 'so long an `ack` is waited for; then the layer before it in `layers:` is told',
}

export const escalation = () =>
  section<LayerId>(() => z.union([idSchema(), z.array(idSchema()).min(1), step.schema()]))

export function expandEscalation(entries: readonly (readonly [LayerId, unknown])[]): EscalationStep[] {
  return entries.map(([layer, value]) => {
    const { to, after } = isMap(value) ? step.read(value) : { to: textsOf(value), after: null }
    return whole<EscalationStep>()({ layer, to: to ?? [], afterMs: after })
  })
}
