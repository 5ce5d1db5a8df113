/** Quiet hours in the layout's time zone. */
import type { NotifySpec } from '../layout/model.js'
import { addDays, civilAt, instantOf } from '../time-zone.js'
import type { Millis } from '../time.js'

/** When the present quiet hours end; null: it is not quiet now. */
export function quietUntil(quiet: NotifySpec['quiet'], at: Millis, zone: string): Millis | null {
  if (quiet === null) return null
  const civil = civilAt(at, zone)
  const minute = civil.hour * 60 + civil.minute
  const { from, to } = quiet
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to
  if (!isQuiet) return null
  const day = minute < to ? civil : addDays(civil, 1)
  const end = { ...day, hour: Math.floor(to / 60), minute: to % 60, second: 0 }
  // Where the clock is set back within them, they are longer.
  return Math.max(instantOf(end, zone), at + 1)
}
