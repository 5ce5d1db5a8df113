import type { RunEvent } from '../events.js'
import { refocus } from '../index/index-run.js'
import type { Fold } from './fold.js'

type MilestoneEvent = Extract<RunEvent, { type: 'milestone.changed' }>

/** What the forecast said of a milestone. Where other work stops for it, the lists of what may start follow. */
export function reduceMilestone(fold: Fold, event: MilestoneEvent): void {
  const { state, at } = fold
  const { milestone: id, forecastAt, slowAt, dueAt, lateMs } = event
  const spec = state.layout?.milestones.find((one) => one.id === id)
  if (spec === undefined) return
  const known = state.milestones.get(id)
  const since = known?.state === event.state ? known.since : at
  state.milestones.set(id, { id, state: event.state, since, dueAt, forecastAt, slowAt, lateMs })
  if (spec.stopOtherWork && known?.state !== event.state) refocus(state, fold.index)
}
