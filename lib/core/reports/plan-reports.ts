import { questionStates } from '../gates/approvals.js'
import { gateRow } from '../gates/gate-row.js'
import type { PhaseSpec } from '../phases/plan-specs.js'
import type { Forecast } from '../phases/forecast.js'
import type { MilestoneForecast } from '../phases/milestone-forecast.js'
import type { GateRecord } from '../run/state.js'
import { safeText } from '../text/safe-text.js'
import { formatDuration } from '../time.js'
import { field, type ReportField, type ReportSection } from './document.js'
import { attemptsOf, dateOf, named, phaseTasks, timeOf, workedMs, type Facts } from './facts.js'

/** `## Weekly Review - [Date]`: per milestone done n/m, forecast against due, risks, what helps. */
export function weekly(facts: Facts, all: Pick<Forecast, 'milestones' | 'help'>): ReportSection {
  const fields = all.milestones.map((one) => milestone(facts, all, one))
  const heading = `Weekly Review - [${dateOf(facts, facts.now)}]`
  return {
    heading,
    fields: fields.length === 0 ? [field('Milestones', null, 'the layout has none')] : fields,
  }
}

const SAID = { on_time: 'on time', at_risk: 'at risk', late: 'late', done: 'done' } as const

function milestone(facts: Facts, { help }: Pick<Forecast, 'help'>, one: MilestoneForecast): ReportField {
  const due = Number.isFinite(one.dueAt) ? timeOf(facts, one.dueAt) : 'no date'
  const expected = one.forecastAt === null ? 'not known' : timeOf(facts, one.forecastAt)
  const late = one.lateMs > 0 ? ` by ${formatDuration(one.lateMs)}` : ''
  const risks = [
    ...(one.state === 'at_risk'
      ? [`if work is as slow as the slowest tenth: ${formatDuration(one.slowLateMs)} late`]
      : []),
    ...(one.stuck.length === 0 ? [] : [`somebody has to look at ${one.stuck.join(', ')}`]),
  ]
  const helps = help
    .filter((way) => way.milestone === one.id)
    .map((way) => {
      const what =
        way.kind === 'workers'
          ? `${way.count} more for ${way.role ?? 'any role'}`
          : `leave out ${way.tasks.slice(0, 5).join(', ')}`
      return `${what}: ${formatDuration(way.earlierMs)} earlier${way.isEnough ? ', enough' : ''}`
    })
  return field(one.title === null ? one.id : `${one.id} ${safeText(one.title)}`, [
    `done: ${one.done}/${one.total}`,
    `forecast: ${expected}, due ${due}: ${SAID[one.state]}${late}`,
    `risks: ${risks.length === 0 ? 'none known' : risks.join('; ')}`,
    `what helps: ${helps.length === 0 ? 'nothing is needed, or nothing is known' : helps.join('; ')}`,
  ])
}

/** `## Phase Report - [Phase]` */
export function phaseReport(facts: Facts, phase: PhaseSpec): ReportSection {
  const { state, now } = facts
  const tasks = phaseTasks(state, phase)
  const gate = phase.gate === null ? undefined : state.gates.get(phase.gate)
  const worked = tasks.reduce((sum, task) => sum + workedMs(state, task, now), 0)
  const estimate = tasks.reduce((sum, { spec }) => sum + spec.estimateMs, 0)
  const retried = tasks.flatMap((task) => {
    const failed = attemptsOf(state, task).filter(({ status }) => status !== null && status !== 'succeeded')
    return failed.length === 0 ? [] : [`${task.spec.id}: ${failed.map((one) => `attempt ${one.number} ${one.status}: ${safeText(one.reason ?? '')}`).join('; ')}`] // prettier-ignore
  })
  return {
    heading: `Phase Report - [${phase.id}]`,
    fields: [
      field('Goal', phase.goal ?? phase.title, 'none is named'),
      field('Criteria', gate === undefined ? null : criteria(gate), 'the phase has no gate'),
      field('Approver', gate === undefined ? null : approver(gate), 'nobody is asked'),
      field('Duration against Estimate', `${formatDuration(worked)} of ${formatDuration(estimate)}`),
      field(
        'Tasks',
        tasks.map((task) => `${named(task)}: ${task.status}`),
      ),
      field('Retried', retried, 'nothing'),
    ],
  }
}

function criteria(gate: GateRecord): string[] {
  const rows = gateRow(gate).criteria
  return rows.map(({ number, text, kind, outcome }) => {
    const said = text ?? (kind === 'commands' ? 'its commands' : 'whether it may open')
    return `${number === null ? '' : `${number}. `}${safeText(said)}: ${outcome}`
  })
}

function approver(gate: GateRecord): string[] {
  if (gate.spec.approve === 'none') return []
  const names = new Set(
    questionStates(gate).flatMap(({ answers }) => answers.map(({ identity }) => identity)),
  )
  if (gate.status === 'open') return [safeText(gate.reason ?? [...names].join(', '))]
  return names.size > 0 ? [`so far ${[...names].join(', ')}`] : ['has not answered yet']
}
