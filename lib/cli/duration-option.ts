import { OrchestraError } from '../core/errors.js'
import { parseDuration, type Millis } from '../core/time.js'

export function durationOption(name: string, value: string | undefined): Millis | undefined {
  if (value === undefined) return undefined
  const ms = parseDuration(value)
  if (ms === undefined) {
    throw new OrchestraError(`--${name} ${value}: not a duration`, {
      kind: 'usage',
      hint: 'Write 10s, 5m or 2h.',
    })
  }
  return ms
}
