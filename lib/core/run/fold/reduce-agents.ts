import { agentGone } from './agent-gone.js'
import { agentAt, startsPerAttempt } from '../index/agent-tree.js'
import { isThere } from '../index/agent-state.js'
import { suspension } from '../index/attempt-clock.js'
import type { RunEvent } from '../events.js'
import { putAgent, putAttempt, type Fold } from './fold.js'
import { coolDown } from './cool-down.js'
import type { AgentRecord } from '../state.js'

type AgentEvent = Extract<RunEvent, { type: `agent.${string}` }>

export function reduceAgent(fold: Fold, event: AgentEvent): void {
  const agent = fold.state.agents.get(event.agent)
  if (agent === undefined) return
  switch (event.type) {
    case 'agent.starting':
      return starting(fold, agent, event)
    case 'agent.started':
      return started(fold, agent, event)
    case 'agent.start_failed':
      if (agent.generation !== event.generation || agent.process.status !== 'starting') return
      agentGone(fold, coolDown(agent, event.at), {
        exitCode: null,
        signal: null,
        reason: event.reason,
        reset: null,
      })
      return
    case 'agent.exited':
      if (agent.generation === event.generation)
        agentGone(fold, agent, {
          exitCode: event.exitCode,
          signal: event.signal,
          reason: event.reason,
          reset: null,
        })
      return
    case 'agent.observed':
      return observed(fold, agent, event)
    case 'agent.stop_requested': {
      const gone = agent.process.status === 'absent' || agent.process.status === 'exited'
      if (agent.wanted !== 'running' && agent.wanted !== 'standby') return
      const process = gone
        ? {
            status: 'exited' as const,
            exitCode: null,
            signal: null,
            reason: 'stopped by a person',
            reset: null,
            at: event.at,
          }
        : agent.process
      putAgent(fold, { ...agent, wanted: 'stopped', process, restartAt: null, restartRequested: false })
      return
    }
    case 'agent.called':
      return called(fold, agent, event.why)
    case 'agent.released':
      if (agent.wanted !== 'running' || agent.spec.standby.length === 0 || agent.attempt !== null) return
      putAgent(fold, { ...agent, wanted: 'standby', called: null, restartAt: null })
      return
    case 'agent.restart_requested':
      if (agent.wanted === 'removed') return
      putAgent(fold, {
        ...agent,
        wanted: 'running',
        // It comes with the next task.
        restartRequested: isThere(agent) || !startsPerAttempt(agent.spec),
        restartAt: agent.process.status === 'exited' ? event.at : null,
        restarts: [],
        coolUntil: null,
        troubles: 0,
      })
  }
}

function called(fold: Fold, agent: AgentRecord, why: string): void {
  if (agent.wanted !== 'standby') return
  // Its last stop may still be under way: it ends, and starts after that.
  const isStopping = agent.process.status === 'alive' || agent.process.status === 'starting'
  putAgent(fold, {
    ...agent,
    wanted: 'running',
    called: why,
    restartRequested: isStopping,
    restartAt: agent.process.status === 'exited' ? fold.at : null,
    restarts: [],
  })
}

function starting(
  fold: Fold,
  agent: AgentRecord,
  event: Extract<AgentEvent, { type: 'agent.starting' }>,
): void {
  const lives = agent.process.status === 'alive' || agent.process.status === 'starting'
  if (lives || event.generation <= agent.generation) return
  putAgent(fold, {
    ...agent,
    machine: event.machine,
    generation: event.generation,
    process: { status: 'starting', since: event.at },
    mode: agent.spec.mode,
    startedAs: agentAt(fold.state, agent, event.machine),
    observation: null,
    restartRequested: false,
    restartAt: null,
    specChanged: false,
  })
}

function started(
  fold: Fold,
  agent: AgentRecord,
  event: Extract<AgentEvent, { type: 'agent.started' }>,
): void {
  if (agent.generation !== event.generation || agent.process.status !== 'starting') return
  const process = { status: 'alive' as const, pid: event.pid, pane: event.pane, since: event.at }
  putAgent(fold, { ...agent, machine: event.machine, process, troubles: 0, coolUntil: null })
}

function observed(
  fold: Fold,
  agent: AgentRecord,
  event: Extract<AgentEvent, { type: 'agent.observed' }>,
): void {
  if (agent.generation !== event.generation || agent.process.status !== 'alive') return
  putAgent(fold, { ...agent, observation: { ...event.observation, at: event.at } })
  const attempt = agent.attempt === null ? undefined : fold.state.attempts.get(agent.attempt)
  if (attempt === undefined || attempt.phase === 'ended') return
  // Whatever became of the prompt's receipt: it works, and a person has nothing to look at.
  const isSure = attempt.unconfirmed === null || event.observation.state === 'working'
  putAttempt(fold, suspension(fold, isSure ? { ...attempt, unconfirmed: null } : attempt))
}
