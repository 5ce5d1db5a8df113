import type { ZodType } from 'zod'
import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { StatusLineRequest } from '../../core/protocol/api.js'
import { statusSubjectOf } from '../../core/status-commits/subject.js'
import { safeText } from '../../core/text/safe-text.js'
import { idField } from './fields.js'
import { request } from './request.js'

/** The subject of a status commit, for who may make one; the caller commits in its own working copy. */
export const commitStatus = request({
  method: 'POST',
  path: '/v1/commit-status',
  permission: 'run:write',
  body: (zod): ZodType<StatusLineRequest> =>
    zod.strictObject({
      text: zod.string().min(1).max(500),
      phase: idField(zod).nullable().default(null),
      machine: idField(zod).nullable().default(null),
    }),
  handle: ({ loop }, { body: { text, phase, machine } }) => {
    const machines = loop.state.layout?.machines ?? []
    const phases = loop.state.layout?.phases ?? []
    if (safeText(text).trim() === '')
      throw new OrchestraError('a status commit needs a text', { kind: 'usage' })
    const found = machines.find(({ id, kind }) => (machine === null ? kind === 'local' : id === machine))
    if (found === undefined) {
      const hint = didYouMean(
        machine ?? '',
        machines.map(({ id }) => id),
      )
      throw new OrchestraError(`there is no machine ${machine ?? 'of kind local'}${hint}`, { kind: 'usage' })
    }
    if (phase !== null && phases.length > 0 && !phases.some(({ id }) => id === phase)) {
      throw new OrchestraError(
        `there is no phase ${phase}${didYouMean(
          phase,
          phases.map(({ id }) => id),
        )}`,
        {
          kind: 'usage',
        },
      )
    }
    return { subject: statusSubjectOf(found, { phase, text }) }
  },
})
