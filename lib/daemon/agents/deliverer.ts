/**
 * Words into agents: one at a time for each pane, each under an operation id. What was typed leaves its mark at the pane
 * in the same step of tmux, so that after a crash or a lost link it is known how far we had come, and nothing is typed
 * twice.
 */
import { createHash } from 'node:crypto'
import type { AgentDefinition } from '../../agents/definition.js'
import {
  startDelivery,
  stepDelivery,
  type DeliveryInput,
  type DeliveryStep,
} from '../../core/delivery/deliver.js'
import { planDelivery } from '../../core/delivery/plan-delivery.js'
import { OrchestraError } from '../../core/errors.js'
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
  /** It shows a limit that has ended. */
  readonly afterLimit?: boolean
  /** What the text tells of; awaited before it goes out. Rejects: nothing is sent. */
  readonly before?: () => Promise<unknown>
  /** Told once, right before the text goes out. Throws: nothing is sent. */
  readonly sending?: () => void
  /** It may have been typed before (`sending` was told): go on from where it was. */
  readonly again?: boolean
  /** Nobody wants it any more: asked until it is typed. */
  readonly stale?: () => boolean
  /** The link was lost in the middle, or `sending` threw: reject and be asked `again`, instead of a receipt. */
  readonly resumable?: boolean
}

export interface DelivererDeps {
  readonly observer: Observer
  readonly now: () => Millis
  /** Where the agent is now; a string: why there is nobody to send to. */
  readonly target: (agent: AgentId) => DeliveryTarget | string
}

/** How a delivery ended. */
export type Settled = Pick<Receipt, 'reason'> & { readonly state: 'delivered' | 'unconfirmed' | 'refused' }

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

  /** Resolves with the receipt; rejects only where `resumable` says so. In the order of the calls for each agent. */
  deliver(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    this.#queued.set(agent, this.queued(agent) + 1)
    const before = this.#tails.get(agent) ?? Promise.resolve()
    const mine = before
      .then(() => this.#deliver(agent, job))
      .catch((error: unknown): Settled => {
        if (job.resumable === true && mayResume(error)) throw error
        return { state: 'refused', reason: reasonOf(error) }
      })
      .finally(() => {
        this.#queued.set(agent, this.queued(agent) - 1)
        if (this.queued(agent) === 0) this.#tails.delete(agent)
      })
    this.#tails.set(
      agent,
      mine.catch(() => {}),
    )
    return mine
  }

  async #deliver(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    const target = this.#deps.target(agent)
    if (typeof target === 'string') return { state: 'refused', reason: target }
    if (job.stale?.() === true) return NOT_WANTED
    const { definition, host } = target
    const mark = markOf(job.operation)
    const typed = job.again === true ? await host.typedMark(target.pane) : ''
    if (typed === entered(mark)) {
      return { state: 'unconfirmed', reason: 'it was sent, and then the daemon or the link was lost' }
    }
    const plan = planDelivery(definition.delivery, job.text, `${host.agentDir(agent)}/prompts/${mark}.md`)
    if (plan.kind === 'refused') return { state: 'refused', reason: plan.reason }
    if (plan.kind === 'file') await host.putFile(plan.path, plan.content)
    const step = startDelivery({
      profile: definition.delivery,
      text: plan.text,
      now: this.#deps.now(),
      readyTimeoutMs: job.readyTimeoutMs,
      readySince: this.#deps.observer.readySince(agent),
      lastPrompt: this.#lastPrompts.get(agent) ?? null,
      pasted: typed === pasted(mark),
      afterLimit: job.afterLimit ?? false,
    })
    const settled = await this.#drive(step, target, job)
    if (settled.state !== 'refused') this.#lastPrompts.set(agent, plan.text)
    return settled
  }

  async #drive(first: DeliveryStep, target: DeliveryTarget, job: DeliveryJob): Promise<Settled> {
    const mark = markOf(job.operation)
    let step = first
    let typed = false
    const typing = () => {
      if (!typed) tellSending(job)
      typed = true
    }
    for (;;) {
      let input: DeliveryInput | null = null
      for (const output of step.outputs) {
        if (this.#closed) return { state: 'unconfirmed', reason: 'the daemon stopped' }
        if (output.type === 'receipt') return { state: output.receipt, reason: output.reason }
        try {
          if (output.type === 'paste') await job.before?.()
          if (!typed && job.stale?.() === true) return NOT_WANTED
          if (output.type === 'paste') {
            typing()
            await target.host.paste(target.pane, output.text, output.bracketed, pasted(mark))
            input = { type: 'pasted', at: this.#deps.now() }
          } else if (output.type === 'keys') {
            // Keys before the paste only clear the composer.
            const submits = step.delivery.phase.name !== 'ready'
            if (submits) typing()
            await target.host.keys(target.pane, output.keys, submits ? entered(mark) : undefined)
          } else if (output.type === 'look') input = await this.#look(target)
          else {
            await sleep(output.until - this.#deps.now())
            input = await this.#look(target)
          }
        } catch (error) {
          if (job.resumable === true && mayResume(error)) throw error
          // Without an answer it may have been typed all the same.
          const known = !typed || (error instanceof OrchestraError && error.kind === 'refused')
          if (!known) return { state: 'unconfirmed', reason: reasonOf(error) }
          input = { type: 'failed', at: this.#deps.now(), reason: reasonOf(error) }
          break
        }
      }
      if (step.delivery.phase.name === 'ended') {
        return {
          state: 'unconfirmed',
          reason: input?.type === 'failed' ? input.reason : 'its Enter was not sent',
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

const NOT_WANTED: Settled = { state: 'refused', reason: 'it is not wanted any more' }

/** Short, and of letters that tmux gives back as they are. */
function markOf(operation: string): string {
  return createHash('sha256').update(operation).digest('hex').slice(0, 24)
}

function pasted(mark: string): string {
  return `${mark}-pasted`
}

function entered(mark: string): string {
  return `${mark}-entered`
}

/** What went wrong is our own record of it, not the agent's. */
function tellSending(job: DeliveryJob): void {
  try {
    job.sending?.()
  } catch (error) {
    throw new OrchestraError(`it was not sent: ${reasonOf(error)}`, {
      kind: 'failed',
      cause: error,
      details: { delivered: 'not_sent', recorded: false },
    })
  }
}

function mayResume(error: unknown): boolean {
  if (!(error instanceof OrchestraError)) return false
  return error.kind === 'unreachable' || error.details['recorded'] === false
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
