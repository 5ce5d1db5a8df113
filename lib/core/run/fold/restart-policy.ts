import type { Millis } from '../../time.js'
import type { Exit } from '../exit.js'
import { startsPerAttempt } from '../index/agent-tree.js'
import type { AgentRecord } from '../state.js'

const FIRST_DELAY_MS = 1000
const MAX_DELAY_MS = 60_000
const BURST = 5
const BURST_WINDOW_MS = 600_000

export interface RestartPlan {
  readonly restartAt: Millis | null
  readonly restarts: readonly Millis[]
  /** Why it stays away although its policy would bring it back. */
  readonly note: string | null
}

/** What follows when an agent's process ended: 1 s, 2 s, … 60 s later again, at most five times in ten minutes. */
export function planRestart(agent: AgentRecord, exit: Exit, at: Millis): RestartPlan {
  const recent = agent.restarts.filter((time) => at - time < BURST_WINDOW_MS)
  if (agent.wanted !== 'running') return { restartAt: null, restarts: recent, note: null }
  // It comes with the next attempt, and not before.
  if (startsPerAttempt(agent.spec)) return { restartAt: null, restarts: recent, note: null }
  if (agent.restartRequested) return { restartAt: at, restarts: [], note: null }
  if (!wantsRestart(agent, exit)) return { restartAt: null, restarts: recent, note: null }
  if (recent.length >= BURST) {
    const note = `${recent.length + 1} times within 10 minutes: not started again by itself`
    return { restartAt: null, restarts: recent, note }
  }
  const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** recent.length)
  return { restartAt: at + delay, restarts: [...recent, at], note: null }
}

function wantsRestart(agent: AgentRecord, exit: Exit): boolean {
  // It was never up: the policy is about what ran.
  if (agent.process.status === 'starting') return true
  if (agent.spec.restart === 'always') return true
  return agent.spec.restart === 'on-failure' && exit.exitCode !== 0
}
