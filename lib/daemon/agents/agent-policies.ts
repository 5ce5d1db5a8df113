/**
 * What the layout lets an agent's daemon do by itself: say yes to prompts that it lists (`auto_approve`), and wait at
 * a limit and go on after it has ended (`on_limit: wait`). Nothing else is ever answered or typed without a person or a task.
 */
import { DAEMON } from '../../core/principal.js'
import { placedOptions } from '../../core/delivery/answer-dialog.js'
import type { AgentId, AttemptId } from '../../core/ids.js'
import { goesOnByItself, limitPause, namesRateLimit } from '../../core/status/limit-pause.js'
import type { Observation } from '../../core/run/events.js'
import type { AgentRecord } from '../../core/run/state.js'
import { fold } from '../../core/status/fold.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import type { Deliverer } from '../delivery/deliverer.js'
import type { Observer } from '../observe/observer.js'
import type { PromptAnswers } from './answer-prompt.js'
import { beginConversation } from './conversations.js'

/** After the time that the limit names: clocks differ, and nobody wins by being first. */
const AFTER_RESET_MS = 5000
/** A CLI that goes on by itself is given this long to do so. */
const BY_ITSELF_MS = 300_000
const MAX_TIMER_MS = 2 ** 31 - 1
const GO_ON = 'Your usage limit has been reset. Go on with the task where you were.'

interface Waking {
  readonly until: number
  /** The limit names no end. */
  readonly guessed: boolean
  readonly timer: NodeJS.Timeout
}

export interface PolicyNeeds {
  readonly kernel: Pick<Kernel, 'store' | 'loop' | 'clock' | 'log'>
  readonly observer: Pick<Observer, 'question'>
  readonly deliverer: Pick<Deliverer, 'deliver'>
  readonly answers: Pick<PromptAnswers, 'answer'>
}

export class AgentPolicies implements Part {
  readonly name = 'policies'
  readonly #needs: PolicyNeeds
  readonly #answered = new Map<AgentId, string>()
  readonly #waking = new Map<AgentId, Waking>()
  /** How often an attempt was told to go on without a time that it could have gone by. */
  readonly #guesses = new Map<AgentId, { readonly attempt: AttemptId; readonly count: number }>()
  readonly follows: Followers = {
    'agent.observed': ({ agent, observation }) => this.observed(agent, observation),
  }

  constructor(needs: PolicyNeeds) {
    this.#needs = needs
  }

  observed(id: AgentId, observation: Observation): void {
    const agent = this.#needs.kernel.loop.state.agents.get(id)
    if (agent === undefined) return
    if (observation.state === 'working') beginConversation(this.#needs.kernel.store.facts, id)
    if (observation.state === 'waiting') this.#maybeApprove(agent, observation)
    else if (observation.state === 'limited' && observation.promptId !== null)
      this.#closeMenu(agent, observation.promptId)
    else this.#answered.delete(id)
    if (observation.state === 'limited' && observation.until !== null) {
      const patience = goesOnByItself(observation.text) ? BY_ITSELF_MS : 0
      this.#wakeAt(agent, observation.until + patience)
    } else if (observation.state === 'limited' && !goesOnByItself(observation.text))
      this.#wakeSomeTime(agent, 'usage')
    // Its turn is over, and it will not try again by itself.
    else if (observation.state === 'error' && namesRateLimit(observation.text))
      this.#wakeSomeTime(agent, 'rate')
  }

  stop(): void {
    for (const { timer } of this.#waking.values()) clearTimeout(timer)
    this.#waking.clear()
  }

  /** Bound to exactly the prompt that was seen, and tried once for each. */
  #maybeApprove({ spec }: AgentRecord, { text, promptId }: Observation): void {
    if (text === null || promptId === null || this.#answered.get(spec.id) === promptId) return
    const asked = this.#needs.observer.question(spec.id)
    const whole = asked?.promptId === promptId ? textAbove(asked.rows) : ''
    const rule = spec.autoApprove.find(
      (listed) => listed !== '' && (text.includes(listed) || whole.includes(listed)),
    )
    if (rule === undefined) return
    this.#answered.set(spec.id, promptId)
    this.#needs.answers
      .answer(spec.id, { approved: true, promptId, by: DAEMON, rule })
      .catch((error: unknown) =>
        this.#needs.kernel.log.info({ err: error, agent: spec.id }, 'a listed prompt was not answered'),
      )
  }

  /** The answer that stops and waits: with the menu open nothing could be sent when the limit has ended. */
  #closeMenu({ spec }: AgentRecord, promptId: string): void {
    if (spec.onLimit === 'hold' || this.#answered.get(spec.id) === promptId) return
    this.#answered.set(spec.id, promptId)
    const rule = `on_limit: ${spec.onLimit}`
    this.#needs.answers
      .answer(spec.id, { approved: false, promptId, by: DAEMON, rule })
      .catch((error: unknown) =>
        this.#needs.kernel.log.info({ err: error, agent: spec.id }, 'the menu of a limit was not answered'),
      )
  }

  #wakeSomeTime(agent: AgentRecord, kind: 'usage' | 'rate'): void {
    const { id } = agent.spec
    if (agent.attempt === null || this.#waking.get(id)?.guessed === true) return
    const last = this.#guesses.get(id)
    const count = last?.attempt === agent.attempt ? last.count : 0
    this.#guesses.set(id, { attempt: agent.attempt, count: count + 1 })
    this.#wakeAt(agent, this.#needs.kernel.clock.now() + limitPause(kind, count), true)
  }

  #wakeAt({ spec }: AgentRecord, until: number, guessed = false): void {
    if (spec.onLimit !== 'wait' || this.#waking.get(spec.id)?.until === until) return
    clearTimeout(this.#waking.get(spec.id)?.timer)
    const wait = Math.min(Math.max(until - this.#needs.kernel.clock.now(), 0) + AFTER_RESET_MS, MAX_TIMER_MS)
    const timer = setTimeout(() => {
      this.#waking.delete(spec.id)
      this.#goOn(spec.id, until)
    }, wait)
    this.#waking.set(spec.id, { until, guessed, timer })
  }

  /** Only for an attempt that is still alive, and only if it did not go on by itself. */
  #goOn(id: AgentId, until: number): void {
    const { kernel, deliverer } = this.#needs
    const { loop, clock, log } = kernel
    const agent = loop.state.agents.get(id)
    if (agent === undefined || agent.attempt === null || agent.process.status !== 'alive') return
    if (agent.mode === 'headless') return
    if (agent.observation?.state === 'working' || agent.observation?.state === 'waiting') return
    const { attempt } = agent
    deliverer
      .deliver(id, {
        operation: `go-on:${attempt}:${until}`,
        text: GO_ON,
        readyTimeoutMs: 60_000,
        afterLimit: true,
      })
      .then((settled) =>
        loop.dispatch({
          type: 'limit.passed',
          at: clock.now(),
          agent: id,
          attempt,
          receipt: settled.state,
          reason: settled.reason,
          by: DAEMON,
        }),
      )
      .catch((error: unknown) => log.warn({ err: error, agent: id }, 'an agent was not told to go on'))
  }
}

/** What a dialog says above its options, in one line. */
function textAbove(rows: readonly string[]): string {
  return fold(rows.slice(0, placedOptions(rows)[0]?.row ?? rows.length))
}
