import { agentDefinition } from '../../agents/registry.js'
import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { AgentId, GateId } from '../../core/ids.js'
import { agentOf, hostOf } from '../context.js'
import type { Daemon } from '../daemon.js'

const MAX_STEPS = 12
const REDRAW_MS = 150

/** Yes or no to the permission prompt that is shown, bound to exactly that one; or to a gate that waits. */
export async function answer(
  daemon: Daemon,
  id: string,
  approved: boolean,
  promptId: string | null,
  by = 'a person',
): Promise<{ text: string }> {
  const { agents, gates } = daemon.loop.state
  const isAgent = agents.has(id as AgentId)
  if (!isAgent && gates.has(id as GateId)) return answerGate(daemon, id as GateId, approved)
  if (!isAgent && gates.size > 0) {
    throw new OrchestraError(
      `there is no agent and no gate ${id}${didYouMean(id, [...agents.keys(), ...gates.keys()])}`,
      {
        kind: 'usage',
        hint: `Gates: ${[...gates.keys()].join(', ')}. \`orchestra agents\` lists the agents.`,
      },
    )
  }
  return answerAgent(daemon, id, approved, promptId, by)
}

function answerGate({ loop, clock }: Daemon, id: GateId, approved: boolean): { text: string } {
  const gate = loop.state.gates.get(id)
  if (gate === undefined || (gate.status !== 'waiting' && gate.status !== 'failed')) {
    throw new OrchestraError(`gate ${id} is ${gate?.status ?? 'not there'}`, {
      kind: 'refused',
      hint: 'Only a gate that waits can be answered.',
    })
  }
  loop.dispatch({ type: 'gate.answered', at: clock.now(), gate: id, approved, by: 'user' })
  const name = gate.spec.title ?? `gate ${id}`
  const isChecking = loop.state.gates.get(id)?.status === 'checking'
  return { text: isChecking ? `${name}: what it verifies is looked at again` : name }
}

async function answerAgent(
  daemon: Daemon,
  id: string,
  approved: boolean,
  promptId: string | null,
  by: string,
): Promise<{ text: string }> {
  const agent = agentOf(daemon, id)
  if (agent.process.status !== 'alive') throw new OrchestraError(`${id} is not running`, { kind: 'refused' })
  if (agent.mode === 'headless') {
    throw new OrchestraError(`${id} is headless: it never asks`, {
      kind: 'refused',
      hint: 'What it may do without asking is said in its command.',
    })
  }
  const host = hostOf(daemon, agent.machine)
  const definition = agentDefinition(agent.spec.behaviour)
  // What the person saw: the prompt that they name, else the one that `status` shows.
  const seen = promptId ?? agent.observation?.promptId ?? null
  let text = ''
  for (let step = 0; step < MAX_STEPS; step++) {
    const now = await daemon.observer.lookNow(agent.spec.id)
    if (now === null || now.verdict.state !== 'waiting') {
      throw new OrchestraError(`${id} asks nothing now`, { kind: 'refused', hint: `orchestra explain ${id}` })
    }
    if (seen !== null && now.verdict.promptId !== seen) {
      throw new OrchestraError(`the prompt of ${id} has changed: ${now.verdict.text ?? 'another question'}`, {
        kind: 'refused',
        hint: 'Look at it again, then answer.',
      })
    }
    text = now.verdict.text ?? text
    const next = definition.answer(now.coloured, approved ? 'approve' : 'deny')
    if (next.type === 'refuse') {
      throw new OrchestraError(`the prompt of ${id} cannot be answered from here: ${next.reason}`, {
        kind: 'refused',
        hint: `orchestra attach ${id}`,
      })
    }
    await host.keys(agent.process.pane, next.keys)
    if (next.type === 'confirm') {
      daemon.loop.dispatch({
        type: 'noted',
        at: daemon.clock.now(),
        subject: id,
        text: `${approved ? 'approved' : 'denied'} by ${by}: ${text} (${next.option})`,
      })
      return { text }
    }
    await new Promise((resolve) => setTimeout(resolve, REDRAW_MS))
  }
  throw new OrchestraError(`the selection of ${id} does not move`, {
    kind: 'failed',
    hint: `orchestra attach ${id}`,
  })
}
