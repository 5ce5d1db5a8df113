/** What a layout says of escalation: who is told at which layer, and how long an answer is waited for there. */
import type { LayerId } from '../ids.js'
import { fields, list, number, orNull, text } from '../shape.js'
import type { Millis } from '../time.js'

export interface EscalationStep {
  readonly layer: LayerId
  /** Agents, roles, people, `notify`, `github`. */
  readonly to: readonly string[]
  /** Without an `ack` for so long, the layer before it in `layers:` is told; null: it is the end of the ladder. */
  readonly afterMs: Millis | null
}

export const escalationStepShape = fields<EscalationStep>({
  layer: text(),
  to: list(text()),
  afterMs: orNull(number),
})
