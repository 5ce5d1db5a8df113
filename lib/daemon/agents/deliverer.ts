/**
 * Words into agents: one at a time for each pane, each with a receipt in the store. What an operation id was once
 * started with is never started again; after a crash in the middle the receipt says `unconfirmed`.
 */
import { randomUUID } from 'node:crypto'
import type { AgentDefinition } from '../../agents/definition.js'
import {
  startDelivery,
  stepDelivery,
  type DeliveryInput,
  type DeliveryStep,
} from '../../core/delivery/deliver.js'
import { planDelivery } from '../../core/delivery/plan-delivery.js'
import type { AgentId, PaneId } from '../../core/ids.js'
import type { Receipt } from '../../core/protocol/api.js'
import type { Millis } from '../../core/time.js'
import type { Host } from '../hosts/host.js'
import type { Observer } from './observer.js'

export interface DeliveryTarget {
  readonly agent: AgentId
  readonly host: Host
  readonly pane: PaneId
  readonly definition: AgentDefinition
}

export interface DeliveryJob {
  readonly operation: string
  readonly text: string
  /** How long to wait until it can be typed to, before `refused`. */
  readonly readyTimeoutMs: Millis
  /** Told once, right before the text goes out: from here on a crash means `unconfirmed`. */
  readonly sending?: () => void
}

export interface DelivererDeps {
  readonly observer: Observer
  readonly now: () => Millis
  /** Where the agent is now; a string: why there is nobody to send to. */
  readonly target: (agent: AgentId) => DeliveryTarget | string
}

type Settled = Pick<Receipt, 'reason'> & { readonly state: 'delivered' | 'unconfirmed' | 'refused' }

export class Deliverer {
  readonly #deps: DelivererDeps
  readonly #tails = new Map<AgentId, Promise<unknown>>()
  readonly #queued = new Map<AgentId, number>()
  readonly #lastPrompts = new Map<AgentId, string>()
  #closed = false

  constructor(deps: DelivererDeps) {
    this.#deps = deps
  }

  queued(agent: AgentId): number {
    return this.#queued.get(agent) ?? 0
  }

  close(): void {
    this.#closed = true
  }

  /** Resolves with the receipt; never rejects. In the order of the calls for each agent. */
  deliver(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    this.#queued.set(agent, this.queued(agent) + 1)
    const before = this.#tails.get(agent) ?? Promise.resolve()
    const mine = before
      .then(() => this.#deliver(agent, job))
      .catch((error: unknown): Settled => ({
        state: 'refused',
        reason: error instanceof Error ? error.message : String(error),
      }))
      .finally(() => {
        this.#queued.set(agent, this.queued(agent) - 1)
        if (this.#tails.get(agent) === mine) this.#tails.delete(agent)
      })
    this.#tails.set(agent, mine)
    return mine
  }

  async #deliver(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    const target = this.#deps.target(agent)
    if (typeof target === 'string') return { state: 'refused', reason: target }
    const { definition, host } = target
    const plan = planDelivery(
      definition.delivery,
      job.text,
      `${host.agentDir(agent)}/prompts/${randomUUID()}.md`,
    )
    if (plan.kind === 'refused') return { state: 'refused', reason: plan.reason }
    if (plan.kind === 'file') await host.putFile(plan.path, plan.content)
    const step = startDelivery({
      profile: definition.delivery,
      text: plan.text,
      now: this.#deps.now(),
      readyTimeoutMs: job.readyTimeoutMs,
      readySince: this.#deps.observer.readySince(agent),
      lastPrompt: this.#lastPrompts.get(agent) ?? null,
    })
    const settled = await this.#drive(step, target, job)
    if (settled.state !== 'refused') this.#lastPrompts.set(agent, plan.text)
    return settled
  }

  async #drive(first: DeliveryStep, target: DeliveryTarget, job: DeliveryJob): Promise<Settled> {
    let step = first
    let typed = false
    for (;;) {
      let input: DeliveryInput | null = null
      for (const output of step.outputs) {
        if (this.#closed) return { state: 'unconfirmed', reason: 'the daemon stopped' }
        if (output.type === 'receipt') return { state: output.receipt, reason: output.reason }
        try {
          if (output.type === 'paste') {
            job.sending?.()
            typed = true
            await target.host.paste(target.pane, output.text, output.bracketed)
            input = { type: 'pasted', at: this.#deps.now() }
          } else if (output.type === 'keys') {
            if (!typed) job.sending?.()
            typed = true
            await target.host.keys(target.pane, output.keys)
          } else if (output.type === 'look') input = await this.#look(target)
          else {
            await sleep(output.until - this.#deps.now())
            input = await this.#look(target)
          }
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          input = { type: 'failed', at: this.#deps.now(), reason }
          break
        }
      }
      step = stepDelivery(step.delivery, input ?? (await this.#look(target)))
    }
  }

  async #look(target: DeliveryTarget): Promise<DeliveryInput> {
    const seen = await this.#deps.observer.lookNow(target.agent)
    if (seen === null) return { type: 'failed', at: this.#deps.now(), reason: 'its pane is gone' }
    return { type: 'look', ...seen.look }
  }
}

function sleep(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}
