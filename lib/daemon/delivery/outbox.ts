/**
 * Messages of people on their way to agents. The text is in the store before anybody is told `queued`, and stays there
 * until the receipt is settled: a daemon that comes back goes on with every message from where it was.
 */
import { checkedId, type AgentId } from '../../core/ids.js'
import type { Receipt } from '../../core/protocol/api.js'
import type { Millis } from '../../core/time.js'
import type { Settled } from './drive-delivery.js'
import { FACTS } from '../../store/facts.js'
import { typedIn } from './typed-in.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import type { Deliverer } from './deliverer.js'
import { ATTEMPT_OPERATION } from '../../store/receipts.js'
import { operationOf } from './operation.js'

/** Without --wait nobody is there to be told `refused` soon: a busy agent has this long to become free. */
const PARKED_MS = 30 * 60_000
const LOOK_AGAIN_MS = 50

type Needs = Pick<Kernel, 'store' | 'loop' | 'clock' | 'log'>

export class Outbox implements Part {
  readonly name = 'outbox'
  readonly follows: Followers = { 'agent.started': ({ agent }) => this.resume(agent) }
  readonly #kernel: Needs
  readonly #deliverer: Pick<Deliverer, 'deliver'>
  /** Of before our start; taken up when the agent's machine is there. */
  readonly #left = new Map<AgentId, string[]>()
  /** Prompts of attempts that were being typed then: what stands half in a composer comes to its end first. */
  readonly #halfTyped = new Map<AgentId, { readonly operation: string; over: Promise<void> | null }>()

  constructor(kernel: Needs, deliverer: Pick<Deliverer, 'deliver'>) {
    this.#kernel = kernel
    this.#deliverer = deliverer
    for (const { operation, agent } of kernel.store.facts.openReceipts()) {
      const id = checkedId<AgentId>(agent)
      if (operation.startsWith(ATTEMPT_OPERATION)) this.#halfTyped.set(id, { operation, over: null })
      else this.#left.set(id, [...(this.#left.get(id) ?? []), operation])
    }
  }

  /** The text is durable when this returns. */
  put(operation: string, text: string): void {
    this.#kernel.store.facts.set(FACTS.message, text, operation)
  }

  /** Delivers what was put there under that operation, and journals its receipt. */
  async deliver(agent: AgentId, operation: string, readyTimeoutMs: Millis | null): Promise<Settled> {
    const { store, loop, clock } = this.#kernel
    const { facts } = store
    // What was left is older.
    this.resume(agent)
    await this.#promptOf(agent)
    const text = facts.get(FACTS.message, operation)
    const before = facts.receipt(operation)
    const settled: Settled =
      text === null || before === null
        ? { state: 'unconfirmed', reason: 'the daemon was restarted, and its text is gone' }
        : await this.#deliverer.deliver(agent, {
            operation,
            text,
            readyTimeoutMs: readyTimeoutMs ?? PARKED_MS,
            onLoss: 'waits',
            ...typedIn(before),
            sending: (generation) => facts.noteSending(before, generation),
          })
    loop.dispatch({
      type: 'message.settled',
      at: clock.now(),
      agent,
      operation,
      receipt: settled.state,
      reason: settled.reason,
    })
    if (facts.receipt(operation)?.state.phase === 'settled') facts.delete(FACTS.message, operation)
    return settled
  }

  /** Resolves for all in the order in which they asked. */
  #promptOf(agent: AgentId): Promise<void> | undefined {
    const half = this.#halfTyped.get(agent)
    if (half === undefined) return undefined
    const isOpen = () => {
      const { attempts, agents } = this.#kernel.loop.state
      const id = agents.get(agent)?.attempt
      const attempt = id == null ? undefined : attempts.get(id)
      return attempt?.phase === 'starting' && operationOf(attempt) === half.operation
    }
    half.over ??= new Promise((resolve) => {
      const look = () => {
        if (isOpen()) return void setTimeout(look, LOOK_AGAIN_MS).unref()
        this.#halfTyped.delete(agent)
        resolve()
      }
      look()
    })
    return half.over
  }

  /** Messages to agents that are not in the layout any more are refused now; the others wait for their machine. */
  start(): void {
    for (const agent of this.#left.keys()) if (!this.#kernel.loop.state.agents.has(agent)) this.resume(agent)
  }

  /** What became of the agent is known (again): what was left for it goes out now, or is refused. */
  resume(agent: AgentId): void {
    const left = this.#left.get(agent)
    if (left === undefined) return
    this.#left.delete(agent)
    for (const operation of left) {
      this.deliver(agent, operation, null).catch((error: unknown) =>
        this.#kernel.log.warn({ err: error, operation }, 'a message that was left was not delivered'),
      )
    }
  }

  receipt(operation: string): Receipt | null {
    const found = this.#kernel.store.facts.receipt(operation)
    if (found === null) return null
    const { agent, state } = found
    const said =
      state.phase === 'settled'
        ? { state: state.outcome, reason: state.reason }
        : { state: 'queued' as const, reason: null }
    return { operation_id: operation, agent, ...said }
  }
}
