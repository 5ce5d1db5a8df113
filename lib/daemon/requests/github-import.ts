import { OrchestraError } from '../../core/errors.js'
import type { GithubImport } from '../../core/protocol/github.js'
import { request } from './request.js'

/** The issues of a scope, with what they wait for, as GitHub has them now. */
export const githubImport = request({
  method: 'GET',
  path: '/v1/github/import',
  permission: 'tasks:write',
  handle: async ({ loop, parts }, { query }): Promise<GithubImport> => {
    const connection = await parts.github.connection(query.get('on'))
    const parent = query.get('parent')
    if (parent !== null && !/^\d{1,9}$/.test(parent))
      throw new OrchestraError(`--parent ${parent}: the number of an issue is wanted`, { kind: 'usage' })
    const { spec } = connection
    const issues = await connection.importable({
      milestone: query.get('milestone') ?? spec.scope.milestone,
      labels: query.has('label') ? query.getAll('label') : spec.scope.labels,
      parent: parent === null ? spec.scope.parent : Number(parent),
    })
    const bound = [...loop.state.issues.values()].filter(({ machine }) => machine === connection.machine)
    return {
      machine: connection.machine,
      repository: connection.row.repository,
      tierLabels: spec.tierLabels,
      issues,
      bound: Object.fromEntries(bound.map(({ number, task }) => [String(number), task])),
      polled_at: connection.row.polled_at,
    }
  },
})
