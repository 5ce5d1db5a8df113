/** Starts and stops agents: what `decide` wants of their processes. */
import type { AgentNeeds } from './agent-needs.js'
import type { Performers } from '../kernel/part.js'
import type { Part } from '../kernel/part.js'
import { AgentTurns } from './agent-turns.js'
import { startAgent } from './start-agent.js'
import { stopAgent } from './stop-agent.js'

export class Agents implements Part {
  readonly name = 'agents'
  readonly performs: Pick<Performers, 'agent.start' | 'agent.stop'>

  constructor(needs: AgentNeeds) {
    const turns = new AgentTurns()
    this.performs = {
      'agent.start': (action) => turns.take(action.agent, () => startAgent(action, needs)),
      'agent.stop': (action) => turns.take(action.agent, () => stopAgent(action, needs)),
    }
  }
}
