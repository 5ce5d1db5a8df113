import type { Millis } from '../../core/time.js'

export interface RenderOptions {
  readonly cols: number
  readonly ascii: boolean
  readonly color: boolean
  readonly now: Millis
  /** Minutes east of UTC, for clocks; the machine's own when absent. */
  readonly offsetMin?: number
  /** How the program is called, in the commands that it suggests. */
  readonly program?: string
}

export function offsetOf(options: { readonly now: Millis; readonly offsetMin?: number }): number {
  return options.offsetMin ?? -new Date(options.now).getTimezoneOffset()
}
