import type { Millis } from '../time.js'
import type { MilestoneSpec, MilestoneState } from './plan-specs.js'

export interface MilestoneForecast {
  readonly id: MilestoneSpec['id']
  readonly title: string | null
  readonly dueAt: Millis
  readonly state: MilestoneState
  readonly done: number
  readonly total: number
  /** By the median; of one that is done, when it was. null: nothing of it is left to be done, and nothing was. */
  readonly forecastAt: Millis | null
  readonly slowAt: Millis | null
  /** How long after its date, by the median (done: really); 0 when it keeps it. */
  readonly lateMs: Millis
  readonly slowLateMs: Millis
  /** Its tasks that go on only when a person does something; the forecast has them begin again now. */
  readonly stuck: readonly string[]
}
