import type { WorkersDocument } from '../../core/protocol/workers.js'
import { look } from '../look.js'
import { renderWorkers } from '../render/workers.js'
import type { Verb } from '../verb.js'

export const workers: Verb = {
  name: 'workers',
  permission: 'status:read',
  describe: 'who works on what, for how long, and how long blocked; roles, phases and machines as one matrix',
  positionals: [],
  options: {},
  example: 'orchestra workers --json',
  run: async (c) => {
    const doc = await (await c.connect()).get<WorkersDocument>('/v1/workers')
    c.out(c.json ? `${JSON.stringify(doc)}\n` : renderWorkers(doc, { ...look(c), now: Date.now() }))
    return 0
  },
}
