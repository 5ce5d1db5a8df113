/**
 * The newest event of an agent's own hooks, as its script left it. It says how the agent is, never that work is done: that
 * says only a marker in what the model wrote, which the screen may draw in another way.
 */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import { findMarkers } from '../../core/markers/find-markers.js'
import type { AgentRecord } from '../../core/run/state.js'
import { safeText } from '../../core/text/safe-text.js'
import type { Millis } from '../../core/time.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Deliverer } from '../delivery/deliverer.js'
import type { Observer } from '../observe/observer.js'
import { learnConversation } from '../agents/conversations.js'
import { markerProof } from './marker-proof.js'

const TEXT_LIMIT = 200

export interface HookNeeds {
  readonly kernel: Pick<Kernel, 'store' | 'loop' | 'clock'>
  readonly observer: Pick<Observer, 'expect' | 'hook'>
  readonly deliverer: Pick<Deliverer, 'accepted'>
}

export class Hooks {
  readonly #needs: HookNeeds
  readonly #taken = new Map<AgentId, string>()
  readonly #ended = new Map<AgentId, TurnTold>()

  constructor(needs: HookNeeds) {
    this.#needs = needs
  }

  take(text: string, { spec: { id, behaviour } }: AgentRecord): void {
    if (this.#taken.get(id) === text) return
    this.#taken.set(id, text)
    const record = parse(text)
    const said = record === null ? null : agentDefinition(behaviour).hookState(record.event, record.payload)
    if (said === null) return
    const { kernel, observer, deliverer } = this.#needs
    const { state, message = null, transcript = null } = said
    if (state !== 'idle' || (message ?? transcript) === null) this.#ended.delete(id)
    else this.#ended.set(id, { message, transcript, at: kernel.clock.now() })
    if (said.prompt != null) deliverer.accepted(id, said.prompt)
    for (const marker of findMarkers(said.message ?? '')) markerProof(id, marker, this.#needs)
    if (said.session !== null) learnConversation(kernel.store.facts, id, said.session)
    observer.hook(id, {
      state: said.state,
      at: kernel.clock.now(),
      text: said.text === null ? null : safeText(said.text).slice(0, TEXT_LIMIT),
    })
  }

  /** What the hooks of an agent told at the end of its turn; null: something has happened since, or nothing was told. */
  lastTurn(agent: AgentId): TurnTold | null {
    return this.#ended.get(agent) ?? null
  }
}

export interface TurnTold {
  readonly message: string | null
  /** A path on the agent's machine, as the hook said it. */
  readonly transcript: string | null
  /** When we heard of it. */
  readonly at: Millis
}

/** An agent may write there itself: anything else than the record is nobody's word. */
function parse(text: string): { event: string; payload: unknown } | null {
  try {
    const { event, payload } = JSON.parse(text) as { event?: unknown; payload?: unknown }
    return typeof event === 'string' ? { event, payload } : null
  } catch {
    return null
  }
}
