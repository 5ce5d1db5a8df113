import type { MachineId } from '../../ids.js'
import { isDue, type Plan } from './plan.js'
import { isWantedNow, mayStart, startsPerAttempt } from '../index/agent-tree.js'
import { isGone, isReachable, standInFor } from '../index/machine-reach.js'
import { whyStopped } from '../index/why-stopped.js'
import type { AgentRecord } from '../state.js'

/** Starts, stops and restarts: what each agent wants to be against what its process is. */
export function decideAgents(plan: Plan): void {
  for (const agent of plan.state.agents.values()) {
    switch (agent.process.status) {
      case 'alive':
        stopIfUnwanted(plan, agent)
        break
      case 'starting':
        if (isWantedNow(agent) && !agent.restartRequested) {
          // Said again after a crash: the performer finds out what became of this very start.
          start(plan, agent, agent.generation, agent.machine)
        } else stopIfUnwanted(plan, agent)
        break
      case 'absent':
        if (isWantedNow(agent) && mayStart(plan.state, agent))
          start(plan, agent, agent.generation + 1, placeFor(plan, agent))
        break
      case 'exited':
        if (!isWantedNow(agent) || !mayStart(plan.state, agent)) break
        if (startsPerAttempt(agent.spec)) {
          start(plan, agent, agent.generation + 1, placeFor(plan, agent))
          break
        }
        if (agent.restartRequested || (agent.restartAt !== null && isDue(plan, agent.restartAt))) {
          start(plan, agent, agent.generation + 1, placeFor(plan, agent))
        }
        break
    }
  }
}

function stopIfUnwanted(plan: Plan, agent: AgentRecord): void {
  const why = whyStopped(agent)
  if (why === null) return
  if (!isReachable(plan.state, agent.machine)) return
  const id = agent.spec.id
  plan.actions.push({
    key: `agent.stop:${id}:${agent.generation}`,
    type: 'agent.stop',
    agent: id,
    generation: agent.generation,
    machine: agent.machine,
    why,
  })
}

function start(plan: Plan, agent: AgentRecord, generation: number, machine: MachineId | undefined): void {
  if (machine === undefined || !isReachable(plan.state, machine)) return
  const id = agent.spec.id
  plan.actions.push({
    key: `agent.start:${id}:${generation}`,
    type: 'agent.start',
    agent: id,
    generation,
    machine,
  })
}

/**
 * Home if it can be reached; one that never ran may go where `on_unreachable` says, and one that ran elsewhere stays there
 * while its home is away by that word. A home that is only coming up is waited for, and a machine that left the layout gets
 * nothing new. Nothing runs anywhere: it is known to be gone.
 */
function placeFor({ state }: Plan, agent: AgentRecord): MachineId | undefined {
  // Its tree is there.
  const at = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)?.machine
  if (startsPerAttempt(agent.spec) && at !== undefined) return at
  const home = agent.spec.machine
  if (isReachable(state, home)) return home
  if (agent.generation === 0) return standInFor(state, home)
  const isListed = state.layout?.machines.some(({ id }) => id === agent.machine) === true
  return isListed && isGone(state, home) && isReachable(state, agent.machine) ? agent.machine : undefined
}
