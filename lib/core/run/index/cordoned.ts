/** Whether a person cordoned an agent or a machine: new work may not go there. */
import { cordonKey, type CordonRecord } from '../../cordon/cordon-record.js'
import type { AgentRecord, RunState } from '../state.js'

type Cordons = Pick<RunState, 'cordons'>

export function machineCordon({ cordons }: Cordons, machine: string): CordonRecord | undefined {
  return cordons.get(cordonKey('machine', machine))
}

/** Returns the agent's own cordon, or that of its machine. */
export function agentCordon(state: Cordons, { spec, machine }: AgentRecord): CordonRecord | undefined {
  if (state.cordons.size === 0) return undefined
  return state.cordons.get(cordonKey('agent', spec.id)) ?? machineCordon(state, machine)
}

/** For a person; null: it takes work. */
export function sayCordon(cordon: CordonRecord | undefined, of: string): string | null {
  if (cordon === undefined) return null
  return cordon.id === of ? 'cordoned: no new work' : `${cordon.id} is cordoned: no new work`
}
