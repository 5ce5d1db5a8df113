import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentRecord } from '../../core/run/state.js'

/** Its program is its owner's. What shows it may be started again once it has gone. */
export function refuseAdopted({ spec, process }: AgentRecord, does: 'restarts' | 'ends'): void {
  if (spec.adopt === null || process.status !== 'alive') return
  throw new OrchestraError(`${spec.id} was adopted: orchestra never ${does} it`, {
    kind: 'refused',
    hint: `\`${fix('agent.remove', spec.id)}\` forgets it; it runs on where it is.`,
  })
}
