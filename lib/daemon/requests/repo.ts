import type { RepoDocument } from '../../core/protocol/trees.js'
import { lookAtRepo } from './look-at-repo.js'
import { request } from './request.js'

/** The working copy of a machine. */
export const repo = request({
  method: 'GET',
  path: '/v1/machines/:id/repo',
  permission: 'status:read',
  handle: (daemon, { params: { id = '' } }): Promise<RepoDocument> => lookAtRepo(daemon, id, null),
})
