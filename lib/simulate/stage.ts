import type { RunEvent } from '../core/run/events.js'
import type { AttemptRecord, RunState, TaskRecord } from '../core/run/state.js'
import type { Millis } from '../core/time.js'
import type { Faults } from './faults.js'
import type { Random } from './random.js'
import type { VirtualClock } from './virtual-clock.js'
import type { World } from './world.js'

export type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never

export type NewEvent = Timeless<RunEvent>

/** Everything that the parts of a simulation share. */
export interface Stage {
  readonly clock: VirtualClock
  readonly random: Random
  readonly world: World
  readonly faults: Faults
  readonly durations: (task: TaskRecord, attempt: AttemptRecord) => Millis
  state: RunState
  readonly journal: RunEvent[]
  readonly inFlight: Set<string>
  /** The daemon's life: what an earlier one had begun reports to nobody. */
  life: number
  readonly knownBoots: Map<string, number>
  readonly isRough: () => boolean
  /** Journals and folds; what the daemon itself does needs no way. */
  readonly record: (event: NewEvent) => void
  /** Sends from a machine to the daemon: late, twice or never. */
  readonly send: (event: NewEvent) => void
  /** Lets the daemon decide at this instant. */
  readonly wake: () => void
}
