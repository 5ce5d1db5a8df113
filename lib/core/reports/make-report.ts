/** Each kind of report, for whoever asks. Nothing of it was written by a model. */
import { askedId } from '../ids.js'
import { forecastSteps } from '../phases/forecast.js'
import type { RunState } from '../run/state.js'
import { drained, type Steps } from '../steps.js'
import type { Millis } from '../time.js'
import { standup, synthesis, workersOf } from './daily-reports.js'
import type { ReportDocument } from './document.js'
import { factsOf } from './facts.js'
import { phaseReport, weekly } from './plan-reports.js'
import type { ReportKind } from './spec.js'
import { syncPoint } from './sync-point.js'
import { workerReport } from './worker-report.js'

export interface ReportAsked {
  readonly kind: ReportKind
  /** Of a worker, a phase; null: all of them. */
  readonly subject: string | null
  readonly now: Millis
  readonly zone: string
  /** Of a sync point. */
  readonly why?: string
}

/** undefined: there is no such worker or phase. */
export function makeReport(state: RunState, asked: ReportAsked): ReportDocument | undefined {
  return drained(reportSteps(state, asked))
}

/** The same in small steps, over a state that does not change in between (`frozenRun`). */
export function* reportSteps(state: RunState, asked: ReportAsked): Steps<ReportDocument | undefined> {
  const { kind, subject, now, zone, why = 'asked for' } = asked
  // What a worker or a phase did needs no forecast.
  const isForecast = kind !== 'worker' && kind !== 'phase'
  const all = isForecast ? yield* forecastSteps(state, { now, zone, withHelp: kind === 'weekly' }) : null
  const facts = factsOf(state, { now, zone, ends: all?.schedule.ends ?? new Map() })
  const workers = () =>
    subject === null
      ? workersOf(state)
      : [state.agents.get(askedId(subject))].filter((one) => one !== undefined)
  const phases = () => {
    const every = state.layout?.phases ?? []
    return subject === null ? every : every.filter(({ id }) => id === subject)
  }
  const sections = {
    worker: () => workers().map((worker) => workerReport(facts, worker)),
    standup: () => workers().map((worker) => standup(facts, worker)),
    synthesis: () => [synthesis(facts)],
    weekly: () => [weekly(facts, all ?? { milestones: [], help: [] })],
    phase: () => phases().map((phase) => phaseReport(facts, phase)),
    sync: () => [syncPoint(facts, why)],
  }[kind]()
  if (subject !== null && sections.length === 0) return undefined
  return { kind, subject, sections }
}
