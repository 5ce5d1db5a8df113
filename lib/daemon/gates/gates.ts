/** Checks gates: what `decide` wants to know of them. */
import type { Part, Performers } from '../kernel/part.js'
import { checkGate, type GateNeeds } from './check-gate.js'

export class Gates implements Part {
  readonly name = 'gates'
  readonly performs: Pick<Performers, 'gate.check'>

  constructor(needs: GateNeeds) {
    this.performs = { 'gate.check': (action) => checkGate(action, needs) }
  }
}
