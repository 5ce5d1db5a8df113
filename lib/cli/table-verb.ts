import type { StatusDocument } from '../core/protocol/status.js'
import { didYouMean } from '../core/layout/did-you-mean.js'
import { OrchestraError } from '../core/errors.js'
import { look } from './look.js'
import { renderAgents, renderEscalations, renderGates, renderMachines, renderTasks } from './render/tables.js'
import { renderMilestones } from './render/milestones.js'
import { renderPhases } from './render/phases.js'
import type { Verb } from './verb.js'
import { may } from './verb-arguments.js'

const RENDER = {
  agents: renderAgents,
  machines: renderMachines,
  tasks: renderTasks,
  gates: renderGates,
  escalations: renderEscalations,
  phases: renderPhases,
  milestones: renderMilestones,
}

const DESCRIBE: Partial<Record<keyof typeof RENDER, string>> = {
  phases: 'how far each phase is: a bar, n of m, a word',
  milestones: 'the milestones: on time, at risk or late, and by how much',
}

/** A verb that prints one table of the status document. */
export function tableVerb(name: keyof typeof RENDER): Verb {
  return {
    name,
    permission: 'status:read',
    describe: DESCRIBE[name] ?? `the ${name}, as one table`,
    positionals: [may('id', 'only the row of this one')],
    options: {},
    example: `orchestra ${name} --json`,
    run: async (c) => {
      const whole = await (await c.connect()).get<StatusDocument>('/v1/status')
      const doc = onlyOne(whole, name, c.positionals[0])
      c.out(c.json ? `${JSON.stringify(doc[name])}\n` : RENDER[name](doc, { ...look(c), now: Date.now() }))
      return 0
    },
  }
}

function onlyOne(doc: StatusDocument, name: keyof typeof RENDER, id: string | undefined): StatusDocument {
  if (id === undefined) return doc
  const rows = doc[name].filter((row) => row.id === id)
  if (rows.length > 0) return { ...doc, [name]: rows }
  const known = doc[name].map((row) => row.id)
  throw new OrchestraError(`there is no ${id} among the ${name}${didYouMean(id, known)}`, { kind: 'usage' })
}
