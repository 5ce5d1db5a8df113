import type { ZodType } from 'zod'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { RunRequest } from '../../core/protocol/api.js'
import { applyAgreed } from './apply-agreed.js'
import { consentField, idField, pathField } from './fields.js'
import { request } from './request.js'
import { beginAnew, beginFrom, startRun } from './start-run.js'

export const run = request({
  method: 'POST',
  path: '/v1/run',
  permission: 'run:write',
  body: (zod): ZodType<RunRequest> =>
    zod.strictObject({
      again: zod.boolean().default(false),
      from: idField(zod).exactOptional(),
      layout: pathField(zod).nullable().default(null),
      cwd: pathField(zod).exactOptional(),
      consent: consentField(zod).exactOptional(),
    }),
  handle: async (daemon, { body: { layout, again, from, cwd, consent = [] }, by }) => {
    if (layout !== null) {
      applyAgreed(daemon, (await daemon.loadLayout(layout, cwd)).layout, { consent, by })
      daemon.startHosts()
    }
    const { loop } = daemon
    if (loop.state.layout === null)
      throw new OrchestraError('there is no layout yet', { kind: 'refused', hint: fix('layout.give') })
    if (again && from !== undefined)
      throw new OrchestraError('--again and --from do not go together', { kind: 'usage' })
    if (from !== undefined) beginFrom(daemon, from, by)
    else {
      if (again) beginAnew(daemon, by)
      startRun(daemon, by)
    }
    return { phase: loop.state.phase }
  },
})
