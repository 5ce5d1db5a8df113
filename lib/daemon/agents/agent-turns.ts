import type { AgentId } from '../../core/ids.js'

/**
 * Starts and stops of one agent, one after the other: a start that is under way when the layout loses the agent would
 * make its window after the stop had looked for it. Each asks again, when its turn comes, whether it is still wanted.
 */
export class AgentTurns {
  readonly #last = new Map<AgentId, Promise<void>>()

  take(agent: AgentId, work: () => Promise<void>): Promise<void> {
    const now = (this.#last.get(agent) ?? Promise.resolve()).then(work, work)
    this.#last.set(agent, now)
    const forget = () => {
      if (this.#last.get(agent) === now) this.#last.delete(agent)
    }
    now.then(forget, forget)
    return now
  }
}
