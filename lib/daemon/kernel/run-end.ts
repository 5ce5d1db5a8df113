import type { Kernel } from './kernel.js'
import type { Part, Performers } from './part.js'

/** The one action that needs nothing from outside. */
export class RunEnd implements Part {
  readonly name = 'run end'
  readonly performs: Pick<Performers, 'run.finish'>

  constructor({ loop, clock }: Pick<Kernel, 'loop' | 'clock'>) {
    this.performs = {
      'run.finish': async () => void loop.dispatch({ type: 'run.finished', at: clock.now() }),
    }
  }
}
