import type { ZodType } from 'zod'
import { renderSections } from '../../core/reports/document.js'
import { OrchestraError } from '../../core/errors.js'
import { REPORT_KINDS, type ReportKind } from '../../core/reports/spec.js'
import { frozenRun } from '../../core/run/index/frozen-run.js'
import { inSlices } from '../kernel/in-slices.js'
import { request } from './request.js'

interface Asked {
  readonly kind: ReportKind
  readonly id: string | null
  readonly on: string | null
}

/** A report of now, as a comment on the issue that all report to. */
export const githubReport = request({
  method: 'POST',
  path: '/v1/github/report',
  permission: 'tasks:write',
  body: (zod): ZodType<Asked> =>
    zod.strictObject({
      kind: zod.union(REPORT_KINDS.map((kind) => zod.literal(kind))),
      id: zod.string().max(64).nullable().default(null),
      on: zod.string().max(64).nullable().default(null),
    }),
  handle: async ({ loop, clock, parts }, { body: { kind, id, on } }) => {
    const { writing } = await parts.github.connection(on)
    const { reportSteps } = await import('../../core/reports/make-report.js')
    const { zone } = parts.forecaster
    const asked = { kind, subject: id, now: clock.now(), zone }
    const made = (await inSlices(reportSteps(frozenRun(loop.state), asked))).result
    if (made === undefined)
      throw new OrchestraError(`there is no ${kind === 'phase' ? 'phase' : 'worker'} ${id ?? ''}`, {
        kind: 'usage',
      })
    const markdown = renderSections(made)
    if (markdown.trim() === '')
      throw new OrchestraError(`there is nothing to say in a report ${kind}`, { kind: 'refused' })
    return { issue: writing.post(kind, id, markdown) }
  },
})
