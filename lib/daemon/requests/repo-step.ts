import { OrchestraError } from '../../core/errors.js'
import type { RepoDocument } from '../../core/protocol/trees.js'
import { lookAtRepo } from './look-at-repo.js'
import { request } from './request.js'

/** One step in it, which a person asked for. */
export const repoStep = request({
  method: 'POST',
  path: '/v1/machines/:id/repo/:step',
  permission: 'run:write',
  handle: (daemon, { params: { id = '', step = '' }, by }): Promise<RepoDocument> => {
    if (by.kind === 'agent' || by.kind === 'attempt')
      throw new OrchestraError('a working copy is its person’s: no agent changes it by this', {
        kind: 'refused',
      })
    return lookAtRepo(daemon, id, step)
  },
})
