/**
 * The newest event of an agent's own hooks, as its script left it. It says how the agent is, never that work is done: that
 * says only a marker in what the model wrote, which the screen may draw in another way.
 */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId } from '../../core/ids.js'
import { findMarkers } from '../../core/markers/find-markers.js'
import type { AgentRecord } from '../../core/run/state.js'
import { safeText } from '../../core/text/safe-text.js'
import type { DaemonContext } from '../context.js'
import { learnConversation } from '../agents/conversations.js'
import { markerProof } from './marker-proof.js'

const TEXT_LIMIT = 200
const taken = new WeakMap<DaemonContext, Map<AgentId, string>>()

export function takeHook(text: string, agent: AgentRecord, context: DaemonContext): void {
  const mine = taken.get(context) ?? new Map<AgentId, string>()
  taken.set(context, mine)
  const { id, behaviour } = agent.spec
  if (mine.get(id) === text) return
  mine.set(id, text)
  const record = parse(text)
  const said = record === null ? null : agentDefinition(behaviour).hookState(record.event, record.payload)
  if (said === null) return
  if (said.prompt != null) context.deliverer.accepted(id, said.prompt)
  for (const marker of findMarkers(said.message ?? '')) markerProof(id, marker, context)
  if (said.session !== null) learnConversation(context.store.facts, id, said.session)
  context.observer.hook(id, {
    state: said.state,
    at: context.clock.now(),
    text: said.text === null ? null : safeText(said.text).slice(0, TEXT_LIMIT),
  })
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
