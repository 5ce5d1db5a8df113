import { agentDefinition } from '../../agents/registry.js'
import { DAEMON } from '../../core/principal.js'
import type { AgentId } from '../../core/ids.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { AgentState } from '../../core/words.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { Kernel } from '../kernel/kernel.js'
import { hostOf, type Hosts } from '../machines/host-of.js'
import type { Observer } from '../observe/observer.js'

export interface InterruptNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock'>
  readonly hosts: Hosts
  readonly observer: Pick<Observer, 'lookNow'>
}

const TRIES = 2
const STOPS_WITHIN_MS = 3000
const LOOK_MS = 250
/** A key that interrupts a turn does other things to an idle agent (it can end one). */
const BUSY: ReadonlySet<AgentState> = new Set(['working', 'waiting'])

/**
 * Interrupts the agent's turn; it lives on. One that goes on working all the same is started anew: the task may be given
 * to somebody else, and nothing runs twice at a time.
 */
export async function interruptAgent(
  id: AgentId,
  attempt: AttemptRecord,
  needs: InterruptNeeds,
): Promise<void> {
  const { observer } = needs
  const { loop, clock } = needs.kernel
  await loop.settled()
  const agent = loop.state.agents.get(id)
  if (agent?.process.status !== 'alive' || agent.generation !== attempt.generation) return
  const host = hostOf(needs, agent.machine)
  const pane = host.paneOf(id, agent.generation, agent.process.pane)
  const definition = agentDefinition(runningSpec(agent).behaviour)
  const { interrupt, interruptPauseMs } = definition.delivery
  const press = async () => {
    for (const key of interrupt) {
      await host.keys(pane, [key])
      if (interruptPauseMs > 0) await sleep(interruptPauseMs)
    }
  }
  // Its screen says nothing: it was given the task and has not reported its end, so it works.
  if (definition.byActivity) return press()
  for (let tries = 0; tries < TRIES; tries++) {
    if (!(await isBusy())) return
    await press()
    const until = clock.now() + STOPS_WITHIN_MS
    while (clock.now() < until) {
      if (!(await isBusy())) return
      await sleep(LOOK_MS)
    }
  }
  loop.dispatch({
    type: 'agent.restart_requested',
    at: clock.now(),
    agent: id,
    by: DAEMON,
    reason: `it goes on with ${attempt.id} although it was interrupted`,
  })

  async function isBusy(): Promise<boolean> {
    const now = loop.state.agents.get(id)
    if (now?.process.status !== 'alive' || now.generation !== attempt.generation) return false
    const seen = await observer.lookNow(id)
    return seen !== null && BUSY.has(seen.look.state)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
