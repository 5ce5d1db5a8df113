/** What every part of the daemon may use. It knows no part: what a part needs of another one is handed to it by `parts.ts`. */
import type { MachineId, SessionName } from '../../core/ids.js'
import type { RunEvent } from '../../core/run/events.js'
import type { SessionStore } from '../../store/port.js'
import type { Clock } from './clock.js'
import type { Logger } from './log.js'
import type { Loop } from './loop.js'

export interface Kernel {
  readonly session: SessionName
  readonly store: SessionStore
  readonly loop: Loop
  readonly clock: Clock
  readonly log: Logger
  /** Something that `status` shows has changed: subscribers and the view hear of it soon. */
  changed(): void
  /** For listeners of streams: journals the event, or looks at all machines again soon if the store does not take it. */
  dispatch(event: RunEvent): void
  /** Runs what must not throw into the stream that it listens to; a failure is followed by a look at all machines. */
  guard(work: () => void): void
  /** Something was not seen, or not taken by the store: all machines are looked at again, soon. */
  lookSoon(): void
  /** The machine's reset is being taken in: nothing may start there until then. */
  isResetting(machine: MachineId): boolean
}
