import type { AgentId } from '../ids.js'
import { availability, type Pool } from '../run/index/index-pools.js'
import type { RunState } from '../run/state.js'

/** Who will do the tasks of a pool, as far as is known now: those who are there, else who stands in, else who may come back. */
export function crewOf(state: RunState, pool: Pool): readonly AgentId[] {
  const may = (wanted: 'there' | 'away') => (id: AgentId) => {
    const agent = state.agents.get(id)
    if (agent === undefined) return false
    // One that comes only when another is held up is not counted on.
    const isSpare = agent.wanted === 'standby' && !agent.spec.standby.includes('role_short')
    return !isSpare && availability(state, agent) === wanted
  }
  const own = pool.primaries.filter(may('there'))
  if (own.length > 0) return own
  const others = pool.fallbacks.filter(may('there'))
  if (others.length > 0) return others
  return [...pool.primaries, ...pool.fallbacks].filter(may('away'))
}
