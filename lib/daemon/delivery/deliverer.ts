/**
 * Words into agents: one at a time for each pane, each under an operation id. What was typed leaves its mark at the pane
 * in the same step of tmux, so that after a crash or a lost link it is known how far we had come, and nothing is typed
 * twice.
 */
import { createHash } from 'node:crypto'
import { fileLine, planDelivery } from '../../core/delivery/plan-delivery.js'
import { OrchestraError, reasonOf } from '../../core/errors.js'
import type { AgentId } from '../../core/ids.js'
import type { Millis } from '../../core/time.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import { FACTS } from '../../store/facts.js'
import type { Facts } from '../../store/port.js'
import type { Loop } from '../kernel/loop.js'
import type { Part } from '../kernel/part.js'
import type { DeliveryTargets } from './delivery-target.js'
import { DeliveryDrive, mayResume, NOT_WANTED, TOO_TALL, type Settled } from './drive-delivery.js'
import type { Keyboard } from './keyboard.js'
import type { Observer } from '../observe/observer.js'

export interface DeliveryJob {
  readonly operation: string
  readonly text: string
  /** How long to wait until it can be typed to, before `refused`. */
  readonly readyTimeoutMs: Millis
  /** It shows a limit that has ended. */
  readonly afterLimit?: boolean
  /** What the text tells of; awaited before it goes out. Rejects: nothing is sent. */
  readonly before?: () => Promise<unknown>
  /** Told right before the text goes out, with the agent's generation: what must be known after a crash. Throws: nothing is sent. */
  readonly sending?: (generation: number) => void
  /** It may have been typed before (`sending` was told), in that life of the agent: go on from where it was. */
  readonly typedIn?: { readonly generation: number | null }
  /** Nobody wants it any more: asked until it is typed. */
  readonly stale?: () => boolean
  /**
   * When the link is lost in the middle, or `sending` threw: `asks` rejects, and the caller comes again with `typedIn`;
   * `waits` keeps its place in the queue until the machine is back, or, with nothing typed yet, until it is too late,
   * also when the machine was away from the beginning.
   * Without it: a receipt.
   */
  readonly onLoss?: 'asks' | 'waits'
}

export interface DelivererDeps {
  readonly observer: Observer
  readonly keyboard: Keyboard
  readonly now: () => Millis
  readonly targets: Pick<DeliveryTargets, 'of'>
  /** What we typed into an agent last: it may still stand there. Kept over a restart of the daemon. */
  readonly facts: Pick<Facts, 'get' | 'set'>
  readonly loop: Pick<Loop, 'settled'>
}

/** Until the machine is asked for again. */
const AWAY_MS = 250

export class Deliverer implements Part {
  readonly name = 'deliverer'
  readonly facts: Pick<LiveFacts, 'queued'> = { queued: (agent) => this.queued(agent) }
  readonly #deps: DelivererDeps
  readonly #tails = new Map<AgentId, Promise<unknown>>()
  readonly #queued = new Map<AgentId, number>()
  readonly #drives = new Map<AgentId, DeliveryDrive>()
  #closed = false

  constructor(deps: DelivererDeps) {
    this.#deps = deps
  }

  queued(agent: AgentId): number {
    return this.#queued.get(agent) ?? 0
  }

  stop(): void {
    this.#closed = true
  }

  /** A hook of the agent says which prompt it has taken. */
  accepted(agent: AgentId, text: string): void {
    this.#drives.get(agent)?.accepted(text)
  }

  /** Resolves with the receipt; rejects only where `onLoss` says so. In the order of the calls for each agent. */
  deliver(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    this.#queued.set(agent, this.queued(agent) + 1)
    const before = this.#tails.get(agent) ?? Promise.resolve()
    const mine = before
      .then(() => this.#persist(agent, job))
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

  /** Over losses of the link, if the job says so. */
  async #persist(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    let { typedIn } = job
    const giveUpAt = this.#deps.now() + job.readyTimeoutMs
    const sending = (generation: number) => {
      job.sending?.(generation)
      typedIn = { generation }
    }
    for (;;) {
      try {
        return await this.#deliver(agent, { ...job, sending, ...(typedIn === undefined ? {} : { typedIn }) })
      } catch (error) {
        const isLost = mayResume(error)
        if (isLost && job.onLoss === 'asks') throw error
        const isLate = typedIn === undefined && this.#deps.now() >= giveUpAt
        if (!isLost || job.onLoss === undefined || isLate || this.#closed)
          return { state: typedIn === undefined ? 'refused' : 'unconfirmed', reason: reasonOf(error) }
        do await sleep(AWAY_MS)
        while (!this.#closed && this.#isAway(agent) && (typedIn !== undefined || this.#deps.now() < giveUpAt))
      }
    }
  }

  #isAway(agent: AgentId): boolean {
    const target = this.#deps.targets.of(agent)
    return 'missing' in target && target.missing === 'away'
  }

  async #deliver(agent: AgentId, job: DeliveryJob): Promise<Settled> {
    const { keyboard, observer, now, facts, loop } = this.#deps
    const { operation, typedIn } = job
    const untyped = typedIn === undefined ? 'refused' : 'unconfirmed'
    if (this.#closed) return { state: untyped, reason: 'the daemon stopped' }
    const target = this.#deps.targets.of(agent)
    if ('missing' in target) {
      const { missing, reason } = target
      if (missing === 'away' && (typedIn !== undefined || job.onLoss === 'waits'))
        throw new OrchestraError(reason, { kind: 'unreachable' })
      return { state: untyped, reason }
    }
    if (job.stale?.() === true) return { state: untyped, reason: NOT_WANTED.reason }
    const { definition, generation, host, pane } = target
    if (typedIn !== undefined && (typedIn.generation ?? generation) !== generation)
      return { state: 'unconfirmed', reason: 'it was typed, and then its process was replaced' }
    const mark = markOf(operation)
    const marks = { pasted: `${mark}-pasted`, entered: `${mark}-entered` }
    await loop.settled()
    const typed = typedIn === undefined ? [] : await host.typedMarks(pane)
    const path = `${host.agentDir(agent)}/prompts/${mark}.md`
    const [isPasted, isEntered] = [typed.includes(marks.pasted), typed.includes(marks.entered)]
    const isTyped = isPasted || isEntered
    const drive = new DeliveryDrive({
      agent,
      host,
      pane,
      observer,
      keyboard,
      now,
      marks,
      isClosed: () => this.#closed,
      isStale: () => job.stale?.() === true,
      before: async () => job.before?.(),
      typing: (text) => {
        facts.set(FACTS.lastPrompt, text, agent)
        job.sending?.(generation)
        return loop.settled()
      },
      rejectsOnLoss: job.onLoss !== undefined,
    })
    this.#drives.set(agent, drive)
    const deliver = async (byFile: boolean): Promise<Settled> => {
      const plan = planDelivery(definition.delivery, job.text, path, byFile)
      if (plan.kind === 'refused') return { state: 'refused', reason: plan.reason }
      if (plan.kind === 'file' && !isTyped) await host.putFile(plan.path, plan.content)
      return drive.run({
        profile: definition.delivery,
        text: plan.text,
        mustFit: plan.kind === 'paste',
        now: now(),
        readyTimeoutMs: job.readyTimeoutMs,
        readySince: observer.readySince(agent),
        lastPrompt: facts.get(FACTS.lastPrompt, agent),
        pasted: isTyped,
        entered: isEntered,
        afterLimit: job.afterLimit ?? false,
      })
    }
    try {
      // What stands there since before a restart was planned for the screen of that time.
      const settled = await deliver(isTyped && facts.get(FACTS.lastPrompt, agent) === fileLine(path))
      return settled === TOO_TALL ? await deliver(true) : settled
    } finally {
      this.#drives.delete(agent)
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Short, and of letters that tmux gives back as they are. */
function markOf(operation: string): string {
  return createHash('sha256').update(operation).digest('hex').slice(0, 24)
}
