/** Reports as comments, each once: a worker's on the issue of its task, all others on the issue that all report to. */
import { renderSections } from '../reports/document.js'
import { factsOf, phaseTasks, type Facts } from '../reports/facts.js'
import { phaseReport } from '../reports/plan-reports.js'
import { workerReport } from '../reports/worker-report.js'
import { indexOf } from '../run/index/index-run.js'
import type { RunState } from '../run/state.js'
import { issueOf, soon, type Wanted, type WritingPlace } from './writing-place.js'

export function wantedReports(state: RunState, place: WritingPlace): Wanted[] {
  const facts = factsOf(state, { now: place.now, zone: place.zone, ends: new Map() })
  return [
    ...workerReports(state, place, facts),
    ...phaseReports(state, place, facts),
    ...madeReports(state, place),
  ]
}

function* workerReports(
  state: RunState,
  { spec, master, since }: WritingPlace,
  facts: Facts,
): Generator<Wanted> {
  if (!spec.post.includes('worker')) return
  for (const attempt of state.attempts.values()) {
    if (attempt.phase !== 'ended' || attempt.agent === null || (attempt.endedAt ?? 0) < since) continue
    const agent = state.agents.get(attempt.agent)
    const task = state.tasks.get(attempt.task)
    const issue = (task === undefined ? null : issueOf(state, spec.machine, task)) ?? master
    if (agent === undefined || issue === null) continue
    // Of this attempt, whatever its worker does by now.
    const section = workerReport(facts, { ...agent, attempt: attempt.id })
    yield soon({
      kind: 'comment',
      subject: `worker/${attempt.id}`,
      issue,
      body: renderSections({ sections: [section] }),
      folds: section.heading,
    })
  }
}

/** When the last task of a phase was done and its gate is open, as the phases that need it see it. */
function* phaseReports(
  state: RunState,
  { spec, master, since }: WritingPlace,
  facts: Facts,
): Generator<Wanted> {
  if (!spec.post.includes('phase') || master === null || state.startedAt === null) return
  const { nodes } = indexOf(state).graph
  for (const phase of state.layout?.phases ?? []) {
    if (nodes.get(phase.id)?.outcome !== 'met') continue
    const gate = phase.gate === null ? undefined : state.gates.get(phase.gate)
    const ends = phaseTasks(state, phase).map(({ endedAt }) => endedAt ?? 0)
    if (Math.max(gate?.since ?? 0, ...ends) < since) continue
    const section = phaseReport(facts, phase)
    yield soon({
      kind: 'comment',
      subject: `phase/${phase.id}`,
      issue: master,
      body: renderSections({ sections: [section] }),
      folds: section.heading,
    })
  }
}

function* madeReports({ reporting }: RunState, { spec, master, since }: WritingPlace): Generator<Wanted> {
  if (master === null) return
  for (const { kind, subject, at, title, text } of reporting.latest) {
    if (at < since || kind === 'worker' || !spec.post.some((one) => one === kind)) continue
    const name = subject === null ? `${kind}/${at}` : `${kind}/${subject}/${at}`
    yield soon({ kind: 'comment', subject: name, issue: master, body: text, folds: title })
  }
}
