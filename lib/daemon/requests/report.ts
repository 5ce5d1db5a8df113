import { OrchestraError } from '../../core/errors.js'
import { humanInAll, humanOf } from '../../core/reports/human.js'
import { renderSections } from '../../core/reports/document.js'
import { REPORT_KINDS } from '../../core/reports/spec.js'
import { milestoneRows, phaseRows } from '../../core/phases/phase-rows.js'
import { frozenRun } from '../../core/run/index/frozen-run.js'
import { renderReport } from '../../core/run/rows/report.js'
import { inSlices } from '../kernel/in-slices.js'
import { readingRequest } from './request.js'

/** Without `kind`: the whole run. */
export const report = readingRequest({
  method: 'GET',
  path: '/v1/report',
  permission: 'status:read',
  handle: async ({ loop, clock, parts }, { query }) => {
    const now = clock.now()
    const { zone } = parts.forecaster
    const asked = query.get('kind')
    const kind = asked === null ? null : REPORT_KINDS.find((one) => one === asked)
    if (kind === undefined) {
      throw new OrchestraError(`there is no report ${asked}`, {
        kind: 'usage',
        hint: `Reports: ${REPORT_KINDS.join(', ')}.`,
      })
    }
    const state = frozenRun(loop.state)
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
