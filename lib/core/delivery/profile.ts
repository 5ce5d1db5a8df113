/** How prompts and answers reach one type of agent: data, measured with the real CLIs. */
import type { Millis } from '../time.js'
import type { ComposerShape } from './composer.js'

/** A key as `send-keys -H` takes it: bytes in hex. */
export type KeyBytes = string

export const KEY = {
  enter: '0d',
  escape: '1b',
  up: '1b 5b 41',
  down: '1b 5b 42',
  right: '1b 5b 43',
  left: '1b 5b 44',
  tab: '09',
  interrupt: '03',
  clearLine: '15',
} as const satisfies Record<string, KeyBytes>

export interface DeliveryProfile {
  /** `none`: a terminal without a composer (shell, command): what was written is delivered. */
  readonly confirm: 'screen' | 'none'
  readonly bracketed: boolean
  /** null: there is no composer to read (`confirm: none`). */
  readonly composer: ComposerShape | null
  /** The composer must have been seen ready at two moments this far apart. */
  readonly readyMs: Millis
  /** Between the paste and Enter, and what each kilobyte adds. */
  readonly enterMs: Millis
  readonly enterMsPerKb: Millis
  /** Our own text still stands there so long after Enter: Enter was swallowed. */
  readonly swallowedMs: Millis
  /** Then the receipt says `unconfirmed`. */
  readonly confirmMs: Millis
  readonly submit: KeyBytes
  /** What a prompt does that comes while it works: `steers` cuts the running answer, so it is never sent then. */
  readonly whileWorking: 'queues' | 'steers' | 'lost'
  /** Longer prompts go by file, with one line that names it. Bytes of UTF-8; without a composer nothing goes by file. */
  readonly fileAbove: number
  /** A terminal that is read by lines loses what is longer than this; null: the CLI reads keys. Bytes. */
  readonly lineBytes: number | null
  /** Empties the composer; used only for text of our own (a prompt put back after an interrupt). null: none known. */
  readonly clear: readonly KeyBytes[] | null
  /** Stops the running turn; a group a step, with `pauseMs` between. */
  readonly interrupt: readonly KeyBytes[]
  readonly interruptPauseMs: Millis
}

export const TUI_DELIVERY = {
  confirm: 'screen',
  bracketed: true,
  readyMs: 500,
  enterMs: 150,
  enterMsPerKb: 25,
  swallowedMs: 3000,
  confirmMs: 10_000,
  submit: KEY.enter,
  fileAbove: 24 * 1024,
  lineBytes: null,
  interrupt: [KEY.escape],
  interruptPauseMs: 300,
} as const

/** A terminal without a composer. */
export const LINE_DELIVERY: DeliveryProfile = {
  confirm: 'none',
  bracketed: false,
  composer: null,
  readyMs: 0,
  enterMs: 0,
  enterMsPerKb: 0,
  swallowedMs: 0,
  confirmMs: 0,
  submit: KEY.enter,
  whileWorking: 'queues',
  fileAbove: Number.POSITIVE_INFINITY,
  lineBytes: 4095,
  clear: null,
  interrupt: [KEY.interrupt],
  interruptPauseMs: 0,
}

/** Milliseconds between paste and Enter for a text of so many bytes. */
export function enterDelay(profile: DeliveryProfile, bytes: number): Millis {
  return profile.enterMs + Math.min(1500, Math.round((bytes / 1024) * profile.enterMsPerKb))
}
