/** Each kind of report, for whoever asks. Nothing of it was written by a model. */
import { askedId } from '../ids.js'
import type { RunState } from '../run/state.js'
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
}

/** undefined: there is no such worker or phase. */
export function makeReport(
  state: RunState,
  { kind, subject, now, zone }: ReportAsked,
): ReportDocument | undefined {
  const facts = factsOf(state, now, zone)
  const workers = () =>
    subject === null
      ? workersOf(state)
      : [state.agents.get(askedId(subject))].filter((one) => one !== undefined)
  const phases = () => {
    const all = state.layout?.phases ?? []
    return subject === null ? all : all.filter(({ id }) => id === subject)
  }
  const sections = {
    worker: () => workers().map((worker) => workerReport(facts, worker)),
    standup: () => workers().map((worker) => standup(facts, worker)),
    synthesis: () => [synthesis(facts)],
    weekly: () => [weekly(facts)],
    phase: () => phases().map((phase) => phaseReport(facts, phase)),
    sync: () => [syncPoint(facts, state.reporting.syncAt ?? state.startedAt ?? 0, 'asked for')],
  }[kind]()
  if (subject !== null && sections.length === 0) return undefined
  return { kind, subject, sections }
}
