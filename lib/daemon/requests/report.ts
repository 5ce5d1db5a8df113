import { OrchestraError } from '../../core/errors.js'
import { fix } from '../../core/fixes.js'
import { humanInAll, humanOf } from '../../core/reports/human.js'
import { renderSections } from '../../core/reports/document.js'
import { REPORT_KINDS } from '../../core/reports/spec.js'
import { milestoneRows, phaseRows } from '../../core/phases/phase-rows.js'
import { frozenRun } from '../../core/run/index/frozen-run.js'
import type { RunState } from '../../core/run/state.js'
import type { Millis } from '../../core/time.js'
import { stateOfRun } from '../history/state-of-run.js'
import type { Reading } from '../kernel/reading.js'
import { renderReport } from '../../core/run/rows/report.js'
import { inSlices } from '../kernel/in-slices.js'
import { readingRequest } from './request.js'

/** Without `kind`: the whole run. */
export const report = readingRequest({
  method: 'GET',
  path: '/v1/report',
  permission: 'status:read',
  handle: async (run, { query }) => {
    const { state: asItIs, now } = await asked(run, query.get('run'))
    const { zone } = run.parts.forecaster
    const word = query.get('kind')
    const kind = word === null ? null : REPORT_KINDS.find((one) => one === word)
    if (kind === undefined) {
      throw new OrchestraError(`there is no report ${word}`, {
        kind: 'usage',
        hint: `Reports: ${REPORT_KINDS.join(', ')}.`,
      })
    }
    const state = frozenRun(asItIs)
    const { forecastSteps } = await import('../../core/phases/forecast.js')
    const { result } = await inSlices(forecastSteps(state, { now, zone, withHelp: false }))
    const plan = {
      human: humanInAll(state, now),
      phases: phaseRows(state),
      milestones: milestoneRows(state, result.milestones),
    }
    if (kind === null) {
      const tasks = [...state.tasks.keys()].map((id) => ({ id, human: humanOf(state, id, now) }))
      return { markdown: renderReport(state, now), ...plan, tasks }
    }
    const subject = query.get('id')
    const { reportSteps } = await import('../../core/reports/make-report.js')
    const made = (await inSlices(reportSteps(state, { kind, subject, now, zone }))).result
    if (made === undefined) {
      const what = kind === 'phase' ? 'phase' : 'worker'
      throw new OrchestraError(`there is no ${what} ${subject ?? ''}`, { kind: 'usage' })
    }
    return { ...made, at: new Date(now).toISOString(), markdown: renderSections(made), ...plan }
  },
})

/** The state that is reported: as it is, or as it was at the end of an earlier run. */
async function asked(
  { loop, clock, store }: Reading,
  run: string | null,
): Promise<{ readonly state: RunState; readonly now: Millis }> {
  const { runs } = loop.state
  if (run === null || run === String(runs.at(-1)?.number)) return { state: loop.state, now: clock.now() }
  const known = runs.some(({ number }) => String(number) === run)
  const found = known ? (await inSlices(stateOfRun(store, Number(run)))).result : null
  if (found === null)
    throw new OrchestraError(`there is no run ${run}`, {
      kind: 'usage',
      hint:
        runs.length === 0 ? `None has begun: \`${fix('run.start')}\`.` : `\`${fix('run.list')}\` lists them.`,
    })
  return { state: found.state, now: found.at }
}
