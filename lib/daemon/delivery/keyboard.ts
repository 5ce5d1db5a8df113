/**
 * Who types into an agent's pane: a person through the view, or we. Between our look and our Enter a person's keys wait,
 * so that they are neither sent along with our text nor our Enter with theirs.
 */
import type { AgentId } from '../../core/ids.js'
import type { Millis } from '../../core/time.js'

/** A person is not kept waiting longer than this, whatever happens. */
const HOLD_MS = 2500

interface Keys {
  typedAt: Millis | null
  holds: number
  readonly waiting: (() => void)[]
}

export class Keyboard {
  readonly #now: () => Millis
  readonly #agents = new Map<AgentId, Keys>()

  constructor(now: () => Millis) {
    this.#now = now
  }

  /** When a person's keys went to that agent last. */
  typedAt(agent: AgentId): Millis | null {
    return this.#agents.get(agent)?.typedAt ?? null
  }

  /** A person typed: `send` is called at once, or when we are done; always in order. */
  typed(agent: AgentId, send: () => void): void {
    const keys = this.#keysOf(agent)
    if (keys.holds > 0) keys.waiting.push(send)
    else this.#pass(keys, send)
  }

  /** Keeps a person's keys back until the returned function is called, or for so long as a person can be kept waiting. */
  hold(agent: AgentId): () => void {
    const keys = this.#keysOf(agent)
    keys.holds += 1
    let isHeld = true
    const release = () => {
      if (!isHeld) return
      isHeld = false
      clearTimeout(timer)
      keys.holds -= 1
      if (keys.holds === 0) for (const send of keys.waiting.splice(0)) this.#pass(keys, send)
    }
    const timer = setTimeout(release, HOLD_MS)
    return release
  }

  #pass(keys: Keys, send: () => void): void {
    keys.typedAt = this.#now()
    send()
  }

  #keysOf(agent: AgentId): Keys {
    const keys = this.#agents.get(agent) ?? { typedAt: null, holds: 0, waiting: [] }
    this.#agents.set(agent, keys)
    return keys
  }
}
