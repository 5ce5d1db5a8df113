/** Tells people and agents what `decide` found to be in the way, and journals what follows from the state alone. */
import type { Kernel } from '../kernel/kernel.js'
import type { Part, Performers } from '../kernel/part.js'
import { deliverEscalation, type EscalationNeeds } from './deliver-escalation.js'

export class Escalations implements Part {
  readonly name = 'escalations'
  readonly performs: Pick<Performers, 'escalation.deliver'>

  constructor(needs: EscalationNeeds) {
    this.performs = { 'escalation.deliver': (action) => deliverEscalation(action, needs) }
  }
}

export class Recorder implements Part {
  readonly name = 'recorder'
  readonly performs: Pick<Performers, 'record'>

  constructor({ loop, clock }: Pick<Kernel, 'loop' | 'clock'>) {
    this.performs = { record: async ({ event }) => void loop.dispatch({ ...event, at: clock.now() }) }
  }
}
