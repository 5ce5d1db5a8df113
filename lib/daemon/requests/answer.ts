import { agentDefinition } from '../../agents/registry.js'
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentId, GateId, PaneId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { Principal } from '../../core/principal.js'
import type { Question } from '../../core/protocol/api.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AgentRecord, GateRecord } from '../../core/run/state.js'
import { hasCommands } from '../../core/gates/criteria.js'
import { workDirectory } from '../../core/layout/work-directory.js'
import { isPrompt } from '../../core/status/prompt-id.js'
import type { Millis } from '../../core/time.js'
import { agentOf, hostOf } from '../context.js'
import type { Daemon } from '../daemon.js'
import { headOf } from '../machines/head-of.js'
import { localMachine } from '../machines/local-machine.js'
import { confirmed } from '../kernel/confirmed.js'
import { notNamed, questionOfAgent, questionOfGate } from '../../core/run/rows/question.js'
import { checkAnswer, noGate, sayAnswered } from './gate-answer.js'

const MAX_STEPS = 12
const REDRAW_MS = 150

export interface Answer {
  readonly approved: boolean
  /** The question that is meant. A yes without it is refused, with what is asked now; a no is to whatever is asked. */
  readonly promptId: string | null
  readonly by: Principal
  /** Of a gate: the numbers of the criteria that are answered; null: all that are asked. */
  readonly criteria?: readonly number[] | null
  readonly reason?: string | null
  /** The entry of `auto_approve` that allowed it; null: who answered decided. */
  readonly rule: string | null
}

/** Yes or no to the permission prompt that is shown, or to a gate that waits. */
export async function answer(daemon: Daemon, id: string, given: Answer): Promise<{ text: string }> {
  const one = askerOf(daemon, id)
  return 'gate' in one ? answerGate(daemon, one.gate, given) : answerAgent(daemon, one.agent, given)
}

/** What an agent or a gate asks now; refuses when it asks nothing. */
export async function questionNow(daemon: Daemon, id: string): Promise<Question> {
  const one = askerOf(daemon, id)
  if ('gate' in one) return askedByGate(one.gate)
  canAsk(one.agent)
  return questionOfAgent(id, (await lookAt(daemon, one.agent)).question)
}

type Asker = { readonly gate: GateRecord } | { readonly agent: AgentRecord }

function askerOf(daemon: Daemon, id: string): Asker {
  const { agents, gates } = daemon.loop.state
  const gate = gates.get(id as GateId)
  const isAgent = agents.has(id as AgentId)
  if (!isAgent && gate !== undefined) return { gate }
  if (!isAgent && gates.size > 0) {
    throw new OrchestraError(
      `there is no agent and no gate ${id}${didYouMean(id, [...agents.keys(), ...gates.keys()])}`,
      {
        kind: 'usage',
        hint: `Gates: ${[...gates.keys()].join(', ')}. \`${fix('agent.list')}\` lists the agents.`,
      },
    )
  }
  return { agent: agentOf(daemon, id) }
}

function askedByGate(gate: GateRecord): Question {
  const question = questionOfGate(gate)
  if (question !== null) return question
  throw new OrchestraError(`gate ${gate.spec.id} is ${gate.status}`, {
    kind: 'refused',
    hint: 'Only a gate that waits can be answered.',
  })
}

async function answerGate(
  daemon: Daemon,
  { spec: { id } }: GateRecord,
  given: Answer,
): Promise<{ text: string }> {
  const { loop, clock } = daemon
  const { approved, promptId, by } = given
  const moved = approved ? await headMoved(daemon, id) : null
  // Read when nothing is waited for any more: it may have been answered, or checked, until then.
  const gate = loop.state.gates.get(id)
  if (gate === undefined) throw noGate(id)
  const reason = checkAnswer(loop.state, gate, given)
  const question = askedByGate(gate)
  if (promptId === null ? approved : !isPrompt(promptId, question.prompt_id))
    throw notNamed(question, promptId)
  const at = clock.now()
  const answered = {
    type: 'gate.answered',
    at,
    gate: id,
    approved,
    question: question.lines,
    promptId: question.prompt_id,
    criteria: given.criteria ?? null,
    reason,
    by,
  } as const
  // Its commands say first whether what is approved still holds; the answer counts if they say the same as before.
  if (moved === null) loop.dispatch(answered)
  else loop.dispatch({ type: 'gate.check_requested', at, gate: id, reason: moved, by }, answered)
  return { text: sayAnswered(loop.state, id) }
}

/** Where its commands look has another commit than when the gate began to wait. null: no, or nobody knows. */
async function headMoved(daemon: Daemon, id: GateId): Promise<string | null> {
  const { loop } = daemon
  const gate = loop.state.gates.get(id)
  if (gate?.status !== 'waiting' || gate.head === null || !hasCommands(gate.spec)) return null
  const machine = gate.spec.machine ?? localMachine(loop.state)
  const head = await headOf(hostOf(daemon, machine), workDirectory(loop.state.layout, machine, gate.spec.cwd))
  if (head === null || head === gate.head) return null
  return `HEAD was ${gate.head.slice(0, 12)} when it began to wait, and is ${head.slice(0, 12)}`
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

async function lookAt(daemon: Daemon, { spec: { id } }: AgentRecord) {
  const now = await daemon.observer.lookNow(id)
  if (now?.question == null) {
    throw new OrchestraError(`${id} asks nothing now`, { kind: 'refused', hint: fix('agent.explain', id) })
  }
  return { question: now.question, coloured: now.coloured }
}

/** One answer to an agent at a time: of two that look at the same question, the second looks again after the first key. */
async function answerAgent(daemon: Daemon, agent: AgentRecord, given: Answer): Promise<{ text: string }> {
  const { id } = agent.spec
  const turns = TURNS.get(daemon) ?? new Map<AgentId, Turn>()
  TURNS.set(daemon, turns)
  const turn = turns.get(id) ?? { last: Promise.resolve(), answered: null }
  turns.set(id, turn)
  const mine = turn.last.then(() => answerInTurn(daemon, agentOf(daemon, id), given, turn))
  turn.last = mine.catch(() => undefined)
  return mine
}

interface Turn {
  last: Promise<unknown>
  answered: { readonly promptId: string; readonly at: Millis } | null
}

const TURNS = new WeakMap<Daemon, Map<AgentId, Turn>>()
/** After so long a program that shows the question still is taken to ask anew. */
const REDRAWS_MS = 10_000

async function answerInTurn(
  daemon: Daemon,
  agent: AgentRecord,
  given: Answer,
  turn: Turn,
): Promise<{ text: string }> {
  const { id } = agent.spec
  const { approved, promptId, by, rule } = given
  const known = canAsk(agent)
  const host = hostOf(daemon, agent.machine)
  const pane = host.paneOf(id, agent.generation, known)
  // A key that goes out follows from what is known of the agent.
  await confirmed(daemon.loop)
  const definition = agentDefinition(runningSpec(agent).behaviour)
  // The first look says what a no without a name is to; every later one must show the same.
  let meant = promptId
  for (let step = 0; step < MAX_STEPS; step++) {
    // Directly before each key: the screen may have changed since the person, or the layout, saw it.
    const now = await lookAt(daemon, agent)
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
    if (isAnswered(daemon, id, turn, meant)) {
      throw new OrchestraError(`${id} was answered a moment ago, and has not drawn anything since`, {
        kind: 'refused',
        hint: fix('agent.explain', id),
      })
    }
    const next = definition.answer(now.coloured, approved ? 'approve' : 'deny')
    if (next.type === 'refuse') {
      throw new OrchestraError(`the prompt of ${id} cannot be answered from here: ${next.reason}`, {
        kind: 'refused',
        hint: fix('agent.attach', id),
      })
    }
    const pressedAt = daemon.clock.now()
    await host.keys(pane, next.keys)
    if (next.type === 'confirm') {
      turn.answered = { promptId: meant, at: pressedAt }
      daemon.loop.dispatch({
        type: 'prompt.answered',
        at: daemon.clock.now(),
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

/** The same question stands there because its program has not come to draw again: a second Enter would meet what comes next. */
function isAnswered({ observer, clock }: Daemon, id: AgentId, { answered }: Turn, promptId: string): boolean {
  if (answered?.promptId !== promptId || clock.now() - answered.at > REDRAWS_MS) return false
  return (observer.outputAt(id) ?? 0) <= answered.at
}
