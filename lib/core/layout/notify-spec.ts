/** `notify:` of a layout. */
import { fields, list, number, orNull, text } from '../shape.js'

export interface NotifySpec {
  /** argv; the title and the text are appended. */
  readonly command: readonly string[]
  readonly webhook: string | null
  /** Minutes of the day, local time. */
  readonly quiet: { readonly from: number; readonly to: number } | null
}

export const notifyShape = fields<NotifySpec>({
  command: list(text()),
  webhook: orNull(text()),
  quiet: orNull(fields<NonNullable<NotifySpec['quiet']>>({ from: number, to: number })),
})

export const NO_NOTIFY: NotifySpec = { command: [], webhook: null, quiet: null }
