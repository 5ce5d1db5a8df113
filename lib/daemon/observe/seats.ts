/**
 * What a headless agent does is known, not read from a screen: it works while the process of an attempt runs. After a
 * process that ended in a limit it is `limited` until that is over; `on_limit: hold`: until a person starts it anew.
 */
import type { AgentId } from '../../core/ids.js'
import type { Observation } from '../../core/run/events.js'
import type { AgentRecord, RunState } from '../../core/run/state.js'
import type { Millis } from '../../core/time.js'
import type { Kernel } from '../kernel/kernel.js'

const MAX_TIMER_MS = 2 ** 31 - 1

export class Seats {
  readonly #kernel: Pick<Kernel, 'loop' | 'clock' | 'log'>
  readonly #timers = new Map<AgentId, NodeJS.Timeout>()

  constructor(kernel: Pick<Kernel, 'loop' | 'clock' | 'log'>) {
    this.#kernel = kernel
  }

  look(id: AgentId): void {
    const { loop, clock, log } = this.#kernel
    const agent = loop.state.agents.get(id)
    if (agent?.mode !== 'headless' || agent.process.status !== 'alive') return
    clearTimeout(this.#timers.get(id))
    const now = clock.now()
    const observation = seatObservation(loop.state, agent, now)
    if (observation.state === 'limited' && observation.until !== null) {
      const wait = Math.min(Math.max(observation.until - now, 0) + 1, MAX_TIMER_MS)
      this.#timers.set(id, setTimeout(() => this.look(id), wait).unref())
    }
    if (agent.observation?.state === observation.state) return
    try {
      loop.dispatch({ type: 'agent.observed', at: now, agent: id, generation: agent.generation, observation })
    } catch (error) {
      // The next look at its machine says it again.
      log.warn({ err: error, agent: id }, 'what an agent does was not written')
    }
  }
}

function seatObservation(state: RunState, agent: AgentRecord, now: Millis): Observation {
  const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
  const before = agent.observation
  if (attempt?.phase === 'running') return observe('working')
  if (before?.state === 'limited' && (before.until === null || before.until > now)) return before
  return observe('idle')
}

function observe(state: 'idle' | 'working'): Observation {
  return {
    state,
    confidence: 1,
    evidence: 'process',
    rule: null,
    text: null,
    promptId: null,
    until: null,
    stalledSince: null,
  }
}
