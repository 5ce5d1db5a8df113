/** Starts and stops agents: what `decide` wants of their processes. */
import type { Performers } from '../kernel/part.js'
import type { Part } from '../kernel/part.js'
import type { Kernel } from '../kernel/kernel.js'
import type { CliVersions } from '../machines/cli-versions.js'
import type { Hosts } from '../machines/host-of.js'
import type { Endings } from '../jobs/endings.js'
import type { LeftBehind } from '../jobs/left-behind.js'
import { AgentTurns } from './agent-turns.js'
import { startAgent } from './start-agent.js'
import { stopAgent } from './stop-agent.js'

export interface AgentNeeds {
  readonly kernel: Pick<Kernel, 'session' | 'store' | 'loop' | 'clock' | 'isResetting'>
  readonly hosts: Hosts
  readonly versions: Pick<CliVersions, 'ask'>
  readonly leftBehind: Pick<LeftBehind, 'note'>
  readonly endings: Endings
}

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
