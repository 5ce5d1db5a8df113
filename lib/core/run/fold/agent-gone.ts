import type { Exit } from '../exit.js'
import { startsPerAttempt } from '../index/agent-tree.js'
import { endAttempt } from './end-attempt.js'
import { putAgent, type Fold } from './fold.js'
import { planRestart } from './restart-policy.js'
import type { AgentRecord } from '../state.js'

/** An agent's process ended: its attempt ends with it (unless that has proved its end), and its policy says what follows. */
export function agentGone(fold: Fold, agent: AgentRecord, exit: Exit): void {
  if (agent.process.status !== 'alive' && agent.process.status !== 'starting') return
  const attempt = agent.attempt === null ? undefined : fold.state.attempts.get(agent.attempt)
  const plan = planRestart(agent, exit, fold.at)
  const reason = plan.note === null ? exit.reason : `${exit.reason}; ${plan.note}`
  putAgent(fold, {
    ...agent,
    process: { status: 'exited', ...exit, reason, at: fold.at },
    observation: null,
    restartRequested: agent.restartRequested && !startsPerAttempt(agent.spec),
    restartAt: plan.restartAt,
    restarts: plan.restarts,
  })
  if (attempt === undefined || attempt.phase === 'ended' || attempt.phase === 'verifying') return
  const byPerson = agent.restartRequested || agent.wanted !== 'running'
  // Its pane only showed it.
  if (attempt.headless && !byPerson) return
  endAttempt(fold, attempt, {
    status: byPerson ? 'cancelled' : 'failed',
    cause: byPerson ? 'cancelled' : 'agent_exited',
    reason: byPerson ? `${agent.spec.id} was ${doneTo(agent)}` : `${agent.spec.id} exited: ${exit.reason}`,
    screen: null,
  })
}

function doneTo(agent: AgentRecord): string {
  if (agent.wanted === 'removed') return 'removed from the layout'
  return agent.wanted === 'stopped' ? 'stopped' : 'restarted'
}
