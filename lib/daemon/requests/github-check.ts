import type { GithubFinding } from '../../core/protocol/github.js'
import { request } from './request.js'

/** Looks at GitHub now, and says what is wrong with each connection and how to fix it. */
export const githubCheck = request({
  method: 'POST',
  path: '/v1/github/check',
  permission: 'status:read',
  handle: async ({ parts }): Promise<{ findings: readonly GithubFinding[] }> => {
    const connections = await parts.github.connections()
    if (connections.length === 0) return { findings: [] }
    const { findingsOf } = await import('../github/findings.js')
    await Promise.all(connections.map((one) => one.look()))
    return { findings: connections.flatMap(findingsOf) }
  },
})
