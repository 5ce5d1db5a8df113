import type { StatusDocument } from '../../core/protocol/status.js'
import { renderAgents, renderMachines, renderTasks } from '../render/tables.js'
import type { Verb } from '../verb.js'
import { look } from './status.js'

const RENDER = { agents: renderAgents, machines: renderMachines, tasks: renderTasks }

export function table(name: keyof typeof RENDER): Verb {
  return async (c) => {
    const doc = await (await c.connect()).get<StatusDocument>('/v1/status')
    c.out(c.json ? `${JSON.stringify(doc[name])}\n` : RENDER[name](doc, { ...look(c), now: Date.now() }))
    return 0
  }
}
