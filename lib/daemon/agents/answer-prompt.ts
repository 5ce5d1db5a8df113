/** Yes or no to the permission prompt that an agent shows: for a person's request, and for what the layout approves by itself. */
import { agentDefinition } from '../../agents/registry.js'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentId, PaneId } from '../../core/ids.js'
import type { Principal } from '../../core/principal.js'
import type { Question } from '../../core/protocol/api.js'
import { notNamed, questionOfAgent } from '../../core/run/rows/question.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AgentRecord } from '../../core/run/state.js'
import { isPrompt } from '../../core/status/prompt-id.js'
import type { Millis } from '../../core/time.js'
import { agentOf } from '../kernel/agent-of.js'
import { confirmed } from '../kernel/confirmed.js'
import type { Kernel } from '../kernel/kernel.js'
import { hostOf, type Hosts } from '../machines/host-of.js'
import type { Observer } from '../observe/observer.js'

const MAX_STEPS = 12
const REDRAW_MS = 150
/** Programs draw a question before they listen to keys: a key that comes at once is lost (Claude Code on a busy machine). */
const LISTENS_MS = 500
const DRAWN_MS = 2000
/** After so long a program that shows the question still is taken to ask anew. */
const REDRAWS_MS = 10_000

export interface Answer {
  readonly approved: boolean
  /** The question that is meant. A yes without it is refused, with what is asked now; a no is to whatever is asked. */
  readonly promptId: string | null
  readonly by: Principal
  /** The entry of `auto_approve` that allowed it; null: who answered decided. */
  readonly rule: string | null
}

export interface AnswerNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock'>
  readonly hosts: Hosts
  readonly observer: Pick<Observer, 'lookNow' | 'outputAt'>
}

interface Turn {
  last: Promise<unknown>
  answered: { readonly promptId: string; readonly at: Millis } | null
}

export class PromptAnswers {
  readonly #needs: AnswerNeeds
  readonly #turns = new Map<AgentId, Turn>()

  constructor(needs: AnswerNeeds) {
    this.#needs = needs
  }

  /** What the agent asks now; refuses when it asks nothing. */
  async question(agent: AgentRecord): Promise<Question> {
    canAsk(agent)
    return questionOfAgent(agent.spec.id, (await this.#lookAt(agent)).question)
  }

  /** One answer to an agent at a time: of two that look at the same question, the second looks again after the first key. */
  async answer(id: AgentId, given: Answer): Promise<{ text: string }> {
    const turn = this.#turns.get(id) ?? { last: Promise.resolve(), answered: null }
    this.#turns.set(id, turn)
    const mine = turn.last.then(() => this.#inTurn(agentOf(this.#needs.kernel, id), given, turn))
    turn.last = mine.catch(() => undefined)
    return mine
  }

  async #inTurn(agent: AgentRecord, given: Answer, turn: Turn): Promise<{ text: string }> {
    const { kernel, hosts } = this.#needs
    const { loop, clock } = kernel
    const { id } = agent.spec
    const { approved, promptId, by, rule } = given
    const known = canAsk(agent)
    const host = hostOf({ hosts }, agent.machine)
    const pane = host.paneOf(id, agent.generation, known)
    // A key that goes out follows from what is known of the agent.
    await confirmed(loop)
    const definition = agentDefinition(runningSpec(agent).behaviour)
    // The first look says what a no without a name is to; every later one must show the same.
    let meant = promptId
    for (let step = 0; step < MAX_STEPS; step++) {
      // Directly before each key: the screen may have changed since the person, or the layout, saw it.
      const now = await this.#lookAt(agent)
      const question = questionOfAgent(id, now.question)
      if (approved && question.is_cut) {
        throw new OrchestraError(`a part of what ${id} asks is not on its screen: ${question.text}`, {
          kind: 'refused',
          hint: `Look at all of it: ${fix('agent.attach', id)}`,
          details: { question },
        })
      }
      if (meant === null ? approved : !isPrompt(meant, question.prompt_id)) throw notNamed(question, meant)
      meant = question.prompt_id
      if (this.#isAnswered(id, turn, meant)) {
        throw new OrchestraError(`${id} was answered a moment ago, and has not drawn anything since`, {
          kind: 'refused',
          hint: fix('agent.explain', id),
        })
      }
      const early = now.since + LISTENS_MS - clock.now()
      if (early > 0) {
        await new Promise((resolve) => setTimeout(resolve, early))
        continue
      }
      const next = definition.answer(now.coloured, approved ? 'approve' : 'deny')
      if (next.type === 'refuse') {
        throw new OrchestraError(`the prompt of ${id} cannot be answered from here: ${next.reason}`, {
          kind: 'refused',
          hint: fix('agent.attach', id),
        })
      }
      const pressedAt = clock.now()
      await host.keys(pane, next.keys)
      if (next.type === 'confirm') {
        turn.answered = { promptId: meant, at: pressedAt }
        loop.dispatch({
          type: 'prompt.answered',
          at: clock.now(),
          agent: id,
          generation: agent.generation,
          approved,
          promptId: question.prompt_id,
          question: question.lines,
          option: next.option,
          rule,
          by,
        })
        return { text: question.text }
      }
      await new Promise((resolve) => setTimeout(resolve, REDRAW_MS))
    }
    throw new OrchestraError(`the selection of ${id} does not move`, {
      kind: 'failed',
      hint: fix('agent.attach', id),
    })
  }

  /** A hook may tell of a question before it is drawn: that is waited for. */
  async #lookAt({ spec: { id } }: AgentRecord) {
    const { kernel, observer } = this.#needs
    let now = await observer.lookNow(id)
    for (const until = performance.now() + DRAWN_MS; now?.question == null && performance.now() < until;) {
      if (kernel.loop.state.agents.get(id)?.observation?.state !== 'waiting') break
      await new Promise((resolve) => setTimeout(resolve, REDRAW_MS))
      now = await observer.lookNow(id)
    }
    if (now?.question == null) {
      throw new OrchestraError(`${id} asks nothing now`, { kind: 'refused', hint: fix('agent.explain', id) })
    }
    return { question: now.question, since: now.since, coloured: now.coloured }
  }

  /** The same question stands there because its program has not come to draw again: a second Enter would meet what comes next. */
  #isAnswered(id: AgentId, { answered }: Turn, promptId: string): boolean {
    const { kernel, observer } = this.#needs
    if (answered?.promptId !== promptId || kernel.clock.now() - answered.at > REDRAWS_MS) return false
    return (observer.outputAt(id) ?? 0) <= answered.at
  }
}

/** @returns the pane in which it may ask, as the journal has it. */
function canAsk({ spec: { id }, process, mode }: AgentRecord): PaneId {
  if (process.status !== 'alive') {
    throw new OrchestraError(`${id} is not running`, { kind: 'refused', hint: fix('agent.restart', id) })
  }
  if (mode === 'headless') {
    throw new OrchestraError(`${id} is headless: it never asks`, {
      kind: 'refused',
      hint: 'What it may do without asking is said in its command.',
    })
  }
  return process.pane
}
