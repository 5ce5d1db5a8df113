import type { RunEvent } from '../run/events.js'
import type { RunState } from '../run/state.js'
import type { MilestoneForecast } from './milestone-forecast.js'

type Changed = Extract<RunEvent, { type: 'milestone.changed' }>

/** What the journal does not say yet: milestones that the forecast has another word for. */
export function milestoneEvents(
  state: RunState,
  milestones: readonly MilestoneForecast[],
): Omit<Changed, 'at'>[] {
  return milestones.flatMap(({ id, state: is, dueAt, forecastAt, slowAt, lateMs }) => {
    const known = state.milestones.get(id)
    if (known?.state === is && known.dueAt === dueAt) return []
    return [
      { type: 'milestone.changed' as const, milestone: id, state: is, dueAt, forecastAt, slowAt, lateMs },
    ]
  })
}
