/** What may go wrong, and how often. Probabilities are per occasion, `…Every` is the mean time between two of them. */
import type { Millis } from '../core/time.js'

export interface Faults {
  /** After this time nothing goes wrong any more: the run must come to its end by itself. */
  readonly until: Millis
  readonly dropEvent: number
  readonly doubleEvent: number
  /** The longest way of an event or a reply; they overtake each other. */
  readonly maxDelayMs: Millis
  readonly daemonCrashEvery: Millis
  readonly agentDeathEvery: Millis
  readonly machineOfflineEvery: Millis
  readonly machineResetEvery: Millis
  readonly limitEvery: Millis
  /** Somebody cancels, retries, restarts, stops, submits, pauses, edits the layout. */
  readonly personEvery: Millis
  readonly startFails: number
  readonly deliveryFails: number
  readonly verifyFails: number
  readonly taskFails: number
  readonly taskBlocked: number
}

export const NO_FAULTS: Faults = {
  until: 0,
  dropEvent: 0,
  doubleEvent: 0,
  maxDelayMs: 0,
  daemonCrashEvery: Infinity,
  agentDeathEvery: Infinity,
  machineOfflineEvery: Infinity,
  machineResetEvery: Infinity,
  limitEvery: Infinity,
  personEvery: Infinity,
  startFails: 0,
  deliveryFails: 0,
  verifyFails: 0,
  taskFails: 0,
  taskBlocked: 0,
}

export const ROUGH_WEATHER: Faults = {
  until: 600_000,
  dropEvent: 0.15,
  doubleEvent: 0.15,
  maxDelayMs: 3000,
  daemonCrashEvery: 60_000,
  agentDeathEvery: 90_000,
  machineOfflineEvery: 120_000,
  machineResetEvery: 300_000,
  limitEvery: 150_000,
  personEvery: 40_000,
  startFails: 0.1,
  deliveryFails: 0.1,
  verifyFails: 0.1,
  taskFails: 0.1,
  taskBlocked: 0.02,
}
