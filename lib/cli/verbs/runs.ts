import type { RunRow } from '../../core/protocol/api.js'
import { fix } from '../../core/fixes.js'
import { look } from '../look.js'
import { renderRuns } from '../render/runs.js'
import type { Verb } from '../verb.js'

export const runs: Verb = {
  name: 'runs',
  permission: 'status:read',
  describe: 'this run and the earlier ones: when, how long, how many tasks completed',
  positionals: [],
  options: {},
  example: 'orchestra runs',
  run: async (c) => {
    const rows = await (await c.connect()).get<readonly RunRow[]>('/v1/runs')
    const empty = `no run has begun: \`${fix('run.start')}\``
    c.out(c.json ? `${JSON.stringify(rows)}\n` : renderRuns(rows, { ...look(c), now: Date.now() }, empty))
    return 0
  },
}
