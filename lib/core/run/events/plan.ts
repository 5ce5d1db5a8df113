/** The plan: what the forecast says of its dates. */
import type { MilestoneId } from '../../ids.js'
import { MILESTONE_STATES, type MilestoneState } from '../../phases/plan-specs.js'
import type { EventLevel } from '../../words.js'
import { number, orNull, text, word } from '../../shape.js'
import { formatDuration, type Millis } from '../../time.js'
import { isoTime } from '../../iso-time.js'
import type { Forms } from './form.js'

/** The forecast of a milestone has another word for it than before. */
export interface PlanEvent {
  readonly type: 'milestone.changed'
  readonly milestone: MilestoneId
  readonly state: MilestoneState
  readonly dueAt: Millis
  /** By the median; done: when it was. */
  readonly forecastAt: Millis | null
  readonly slowAt: Millis | null
  readonly lateMs: Millis
}

export const PLAN_EVENTS: Forms<PlanEvent> = {
  'milestone.changed': {
    fields: {
      milestone: text(),
      state: word(...MILESTONE_STATES),
      dueAt: number,
      forecastAt: orNull(number),
      slowAt: orNull(number),
      lateMs: number,
    },
    line: (e) => [e.milestone, sayMilestone(e), MILESTONE_LEVEL[e.state]],
  },
}

const MILESTONE_LEVEL = {
  on_time: 'good',
  at_risk: 'warn',
  late: 'bad',
  done: 'good',
} as const satisfies Record<MilestoneState, EventLevel>

function sayMilestone({ state, lateMs, forecastAt, slowAt, dueAt }: PlanEvent): string {
  const [likely, slow, due] = [forecastAt, slowAt, dueAt].map((at) => isoTime(at) ?? 'never')
  const late = lateMs > 0 ? `, ${formatDuration(lateMs)} late` : ''
  if (state === 'done') return `milestone done${late}`
  const course = `expected ${likely}, slowly ${slow}, due ${due}`
  return `milestone ${state.replace('_', ' ')}${state === 'late' ? ` by ${formatDuration(lateMs)}` : ''}: ${course}`
}
