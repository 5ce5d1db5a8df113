import type { Kernel } from '../kernel/kernel.js'
import type { Part, Performers } from '../kernel/part.js'

/** Journals who is called from standby, and who stands by again: starts and stops follow from the state. */
export class Standby implements Part {
  readonly name = 'standby'
  readonly performs: Pick<Performers, 'agent.call' | 'agent.release'>

  constructor({ loop, clock }: Pick<Kernel, 'loop' | 'clock'>) {
    this.performs = {
      'agent.call': async ({ agent, reason, why }) =>
        void loop.dispatch({ type: 'agent.called', at: clock.now(), agent, reason, why }),
      'agent.release': async ({ agent }) =>
        void loop.dispatch({ type: 'agent.released', at: clock.now(), agent }),
    }
  }
}
