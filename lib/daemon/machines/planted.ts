/** Notes what somebody put in the way of our files on a machine. */
import { parseAgentId } from '../../core/ids.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Hearers, Hears } from './hears.js'

const MAX_PLANTED = 200

export class PlantedFiles implements Part, Hears {
  readonly name = 'planted'
  readonly #kernel: Pick<Kernel, 'dispatch' | 'clock'>
  readonly #known = new Set<string>()
  readonly hears: Hearers = { planted: ({ name, kind }) => this.#found(name, kind) }

  constructor(kernel: Pick<Kernel, 'dispatch' | 'clock'>) {
    this.#kernel = kernel
  }

  /** Once for each place: who plants again and again fills no journal. */
  #found(name: string, kind: string): void {
    const subject = parseAgentId(name.replace(/\..*/s, ''))
    const known = `${name} ${kind}`
    if (subject === undefined || this.#known.has(known) || this.#known.size >= MAX_PLANTED) return
    this.#known.add(known)
    const text = `${safeText(name)}: in the way of our file stood ${kind}; it was put aside`
    this.#kernel.dispatch({ type: 'noted', at: this.#kernel.clock.now(), subject, text })
  }
}
