import { OrchestraError } from '../../core/errors.js'
import { humanInAll, humanOf } from '../../core/reports/human.js'
import { renderSections } from '../../core/reports/document.js'
import { makeReport } from '../../core/reports/make-report.js'
import { REPORT_KINDS } from '../../core/reports/spec.js'
import { milestoneRows, phaseRows } from '../../core/phases/phase-rows.js'
import { forecast } from '../../core/phases/forecast.js'
import { renderReport } from '../../core/run/rows/report.js'
import { localZone } from '../../home/local-zone.js'
import { request } from './request.js'

/** Without `kind`: the whole run. */
export const report = request({
  method: 'GET',
  path: '/v1/report',
  permission: 'status:read',
  handle: ({ loop, clock }, { query }) => {
    const { state } = loop
    const now = clock.now()
    const zone = state.layout?.timezone ?? localZone()
    const asked = query.get('kind')
    if (asked === null) {
      const { milestones } = forecast(state, { now, zone, withHelp: false })
      return {
        markdown: renderReport(state, now),
        human: humanInAll(state, now),
        tasks: [...state.tasks.keys()].map((id) => ({ id, human: humanOf(state, id, now) })),
        phases: phaseRows(state),
        milestones: milestoneRows(state, milestones),
      }
    }
    const kind = REPORT_KINDS.find((one) => one === asked)
    if (kind === undefined) {
      throw new OrchestraError(`there is no report ${asked}`, {
        kind: 'usage',
        hint: `Reports: ${REPORT_KINDS.join(', ')}.`,
      })
    }
    const subject = query.get('id')
    const made = makeReport(state, { kind, subject, now, zone })
    if (made === undefined) {
      const what = kind === 'phase' ? 'phase' : 'worker'
      throw new OrchestraError(`there is no ${what} ${subject ?? ''}`, { kind: 'usage' })
    }
    return {
      ...made,
      at: new Date(now).toISOString(),
      markdown: renderSections(made),
      human: humanInAll(state, now),
    }
  },
})
