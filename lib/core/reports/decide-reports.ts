/** Which report is due: by the clock, after a phase, on a blocker, after so much work. Each is made once. */
import { indexOf } from '../run/index/index-run.js'
import { troubleOf } from '../run/index/trouble.js'
import type { Action } from '../run/actions.js'
import { isDue, type Plan } from '../run/decide/plan.js'
import type { Layout } from '../layout/model.js'
import { causesNow } from '../escalation/causes.js'
import type { Millis } from '../time.js'
import { renderSections, type ReportDocument } from './document.js'
import { factsOf } from './facts.js'
import { makeReport } from './make-report.js'
import { activeMsAt } from './records.js'
import { lastDue, nextDue } from './schedule.js'
import { SCHEDULED_KINDS, type ScheduledKind } from './spec.js'
import { syncPoint } from './sync-point.js'

/** Made so long after its time, it says that it is late. */
const LATE_MS = 5 * 60_000
/** Of a journal entry. */
const MAX_TEXT = 60_000

/** After everything else of a decision: what it makes says how things stand then. */
export function decideReports(plan: Plan): void {
  const { layout, startedAt } = plan.state
  if (layout === null || startedAt === null) return
  for (const kind of SCHEDULED_KINDS) scheduled(plan, layout, kind)
  sync(plan, layout)
}

function scheduled(plan: Plan, { reports }: Layout, kind: ScheduledKind): void {
  const { state, now } = plan
  const time = reports[kind]
  const last = state.reporting.last[kind]
  if (time === null || last === null) return
  const zone = plan.zone()
  // Of several that were missed, the latest says it all.
  const due = lastDue(time, zone, now)
  if (due <= last) return void isDue(plan, nextDue(time, zone, now))
  // A run that ended before the last report has nothing to say any more.
  if (state.finishedAt !== null && state.finishedAt < last) return
  const report = makeReport(state, { kind, subject: null, now, zone })
  if (report !== undefined) push(plan, report, { dueAt: due, late: now - due > LATE_MS, covers: null })
}

function sync(plan: Plan, layout: Layout): void {
  const { state, now } = plan
  const { sync: spec } = layout
  const { reporting } = state
  if (spec.everyMs === null && spec.on.length === 0) return
  const phases = spec.on.includes('phase') ? donePhases(plan, layout) : []
  const blockers = spec.on.includes('blocker') ? blockersNow(plan) : []
  const freshPhases = phases.filter((id) => !reporting.phases.includes(id))
  const freshBlockers = blockers.filter((key) => !reporting.blockers.includes(key))
  const worked = activeMsAt(reporting, now) - reporting.syncedMs
  const isTime = spec.everyMs !== null && worked >= spec.everyMs
  if (spec.everyMs !== null && !isTime && reporting.activeSince !== null)
    isDue(plan, now + (spec.everyMs - worked))
  const why = [
    ...freshPhases.map((id) => `phase ${id} is complete`),
    ...freshBlockers.map((key) => `${key.split(':')[1]} is blocked`),
    ...(isTime ? ['it is time'] : []),
  ]
  if (why.length === 0) return
  const since = reporting.syncAt ?? state.startedAt ?? 0
  const section = syncPoint(factsOf(state, now, plan.zone()), since, why.join(', '))
  push(
    plan,
    { kind: 'sync', subject: null, sections: [section] },
    { dueAt: null, late: false, covers: { phases, blockers } },
  )
}

function donePhases({ state }: Plan, { phases }: Layout): string[] {
  const { nodes } = indexOf(state).graph
  return phases.flatMap(({ id }) => (nodes.get(id)?.outcome === 'met' ? [id] : []))
}

/** Tasks that failed or are blocked by themselves. */
function blockersNow(plan: Plan): string[] {
  if (troubleOf(plan.state, plan.index).length === 0) return []
  return causesNow(plan)
    .filter(({ kind }) => kind === 'task_failed' || kind === 'task_blocked')
    .map(({ key }) => key)
}

interface Made {
  readonly dueAt: Millis | null
  readonly late: boolean
  readonly covers: { readonly phases: readonly string[]; readonly blockers: readonly string[] } | null
}

function push({ actions }: Plan, report: ReportDocument, { dueAt, late, covers }: Made): void {
  const title = `${report.sections[0]?.heading ?? report.kind}${late ? ' (late)' : ''}`
  const text = renderSections(report).slice(0, MAX_TEXT)
  const event: Extract<Action, { type: 'record' }>['event'] = {
    type: 'report.made',
    kind: report.kind,
    subject: report.subject,
    dueAt,
    late,
    title,
    text,
    covers,
  }
  actions.push({ key: `report.made:${report.kind}:${dueAt ?? ''}`, type: 'record', event })
}
