/** Which report is due: by the clock, after a phase, on a blocker, after so much work. Each is made once. */
import { indexOf } from '../run/index/index-run.js'
import { isDue, type Plan } from '../run/decide/plan.js'
import type { Layout } from '../layout/model.js'
import { troubleNow } from '../escalation/causes.js'
import type { Millis } from '../time.js'
import { activeMsAt } from './records.js'
import { lastDue, nextDue } from './schedule.js'
import { SCHEDULED_KINDS, type ReportTime, type ScheduledKind } from './spec.js'

/** Made so long after its time, it says that it is late. */
const LATE_MS = 60_000

/** Which reports are to be made now; the report itself is made by whoever carries it out. */
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
  if (!isDue(plan, afterLast(plan, kind, time, last))) return
  // Of several that were missed, the latest says it all.
  const due = lastDue(time, plan.zone(), now)
  // A run that ended before the last report has nothing to say any more.
  if (state.finishedAt !== null && state.finishedAt < last) return
  const late = now - due > LATE_MS
  plan.actions.push({
    key: `report.make:${kind}:${due}`,
    type: 'report.make',
    kind,
    why: '',
    dueAt: due,
    late,
    covers: null,
  })
}

/** The first time after the last one; a date in a time zone is too dear to be computed in each decision. */
function afterLast(
  { index, zone: zoneOf }: Plan,
  kind: ScheduledKind,
  time: ReportTime,
  last: Millis,
): Millis {
  const zone = zoneOf()
  const known = index.reportTimes.get(kind)
  if (known?.time === time && known.zone === zone && known.last === last) return known.next
  const next = nextDue(time, zone, last)
  index.reportTimes.set(kind, { time, zone, last, next })
  return next
}

function sync(plan: Plan, layout: Layout): void {
  const { state, now } = plan
  const { sync: spec } = layout
  const { reporting } = state
  if (spec.everyMs === null && spec.on.length === 0) return
  const phases = spec.on.includes('phase') ? donePhases(plan, layout) : []
  const blockers = spec.on.includes('blocker') ? blockersNow(plan) : []
  const isAsBefore = phases.every((id, at) => id === reporting.phases[at])
  const freshPhases = isAsBefore ? [] : phases.filter((id) => !reporting.phases.includes(id))
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
  plan.actions.push({
    key: `report.make:sync:${reporting.syncAt ?? ''}`,
    type: 'report.make',
    kind: 'sync',
    why: why.join(', '),
    dueAt: null,
    late: false,
    covers: { phases, blockers },
  })
}

function donePhases({ state }: Plan, { phases }: Layout): string[] {
  const { nodes } = indexOf(state).graph
  return phases.flatMap(({ id }) => (nodes.get(id)?.outcome === 'met' ? [id] : []))
}

function blockersNow(plan: Plan): string[] {
  return troubleNow(plan).map(({ key }) => key)
}
