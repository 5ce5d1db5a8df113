/** Where an agent can be written to now, or why there is nobody. */
import type { AgentDefinition } from '../../agents/definition.js'
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId, PaneId } from '../../core/ids.js'
import type { AgentRecord, RunState } from '../../core/run/state.js'
import { NO_TASK, startsPerAttempt, waitsForTask } from '../../core/run/index/agent-tree.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { Host } from '../machines/host.js'
import type { Hosts } from '../machines/host-of.js'

export interface DeliveryTarget {
  readonly agent: AgentId
  readonly generation: number
  readonly host: Host
  readonly pane: PaneId
  readonly definition: AgentDefinition
}

/** `away`: its machine cannot be reached now, or it is just being started; `gone`: there is no such process. */
export interface NoTarget {
  readonly missing: 'away' | 'gone'
  readonly reason: string
}

export class DeliveryTargets {
  readonly #loop: { readonly state: Pick<RunState, 'agents'> }
  readonly #hosts: Hosts

  constructor({ loop }: { readonly loop: { readonly state: Pick<RunState, 'agents'> } }, hosts: Hosts) {
    this.#loop = loop
    this.#hosts = hosts
  }

  of(id: AgentId): DeliveryTarget | NoTarget {
    const agent = this.#loop.state.agents.get(id)
    if (agent === undefined) return { missing: 'gone', reason: `there is no agent ${id}` }
    const { process: life, machine, generation } = agent
    if (waitsForTask(agent)) return { missing: 'gone', reason: `${id} is not running: ${NO_TASK}` }
    if (isComing(agent)) return { missing: 'away', reason: `${id} is not started yet` }
    if (life.status !== 'alive') return { missing: 'gone', reason: `${id} is not running` }
    if (agent.mode === 'headless')
      return { missing: 'gone', reason: `${id} is headless: it takes tasks, no messages` }
    const host = this.#hosts.get(machine)
    if (host?.isReady !== true) return { missing: 'away', reason: `${machine} cannot be reached now` }
    const definition = agentDefinition(runningSpec(agent).behaviour)
    return { agent: id, generation, host, pane: host.paneOf(id, generation, life.pane), definition }
  }
}

/** Its next process is under way: what is said to it now is meant for that one. */
export function isComing(agent: AgentRecord): boolean {
  const { wanted, mode, process: life, restartRequested, restartAt } = agent
  if (startsPerAttempt(agent.spec) && life.status !== 'alive') return !waitsForTask(agent)
  if (wanted !== 'running' || mode === 'headless') return false
  if (life.status === 'alive') return restartRequested
  return life.status !== 'exited' || restartAt !== null
}
