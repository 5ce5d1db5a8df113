/** What the commands of a `verify` said: part of the events of attempts and gates. */
import { fields, flag, list, number, orNull, text } from '../../shape.js'
import type { Millis } from '../../time.js'

export interface CheckResult {
  readonly command: string
  readonly ok: boolean
  readonly exitCode: number | null
  /** The end of what it printed, sanitised, at most 4 KB. */
  readonly output: string
  readonly durationMs: Millis
}

export const checks = list(
  fields<CheckResult>({
    command: text(),
    ok: flag,
    exitCode: orNull(number),
    output: text(),
    durationMs: number,
  }),
)
