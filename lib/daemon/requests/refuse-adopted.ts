import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentRecord } from '../../core/run/state.js'

/** The program belongs to its owner. The process that shows it may be started again once the program has ended. */
export function refuseAdopted({ spec, process }: AgentRecord, does: 'restarts' | 'ends'): void {
  if (spec.adopt === null || process.status !== 'alive') return
  throw new OrchestraError(`${spec.id} was adopted: orchestra never ${does} it`, {
    kind: 'refused',
    hint: `\`${fix('agent.remove', spec.id)}\` forgets it; it runs on where it is.`,
  })
}
