/** Tells people and agents what `decide` found to be in the way, and journals what follows from the state alone. */
import { standstill } from '../../core/escalation/standstill.js'
import { decide } from '../../core/run/decide.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part, Performers } from '../kernel/part.js'
import { deliverEscalation, type EscalationNeeds } from './deliver-escalation.js'

export class Escalations implements Part {
  readonly name = 'escalations'
  readonly facts: Pick<LiveFacts, 'standstill'>
  readonly performs: Pick<Performers, 'escalation.deliver'>

  constructor(needs: EscalationNeeds) {
    const { loop, clock } = needs.kernel
    this.facts = {
      standstill: () => standstill(loop.state, clock.now(), () => decide(loop.state, clock.now())),
    }
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
