import { agentDefinition } from '../../../agents/registry.js'
import { isoTime } from '../../../core/iso-time.js'
import { safeLines } from '../../../core/text/safe-lines.js'
import { safeText } from '../../../core/text/safe-text.js'
import { knownOfAgent } from '../../../core/run/rows/known-of-agent.js'
import { conversationOf } from '../../agents/conversations.js'
import type { AgentRecord } from '../../../core/run/state.js'
import { runningSpec } from '../../../core/run/running-spec.js'
import type { PaneCapture } from '../../../tmux/capture.js'
import { agentOf } from '../../kernel/agent-of.js'
import type { Daemon } from '../../daemon.js'

/** Nobody looks at it otherwise: it says nothing of the agent's state. */
async function seatScreen(
  daemon: Daemon,
  { spec, generation, process, machine }: AgentRecord,
): Promise<PaneCapture | null> {
  const host = daemon.parts.hosts.get(machine)
  if (process.status !== 'alive' || host === undefined || !host.isReady) return null
  const pane = host.paneOf(spec.id, generation, process.pane)
  return (await host.capture([pane], {})).get(pane) ?? null
}

/** Says that its machine is away: what is known of the agent is of before. */
function away(daemon: Daemon, { machine, process }: AgentRecord): string | null {
  const host = daemon.parts.hosts.get(machine)
  if (host === undefined || host.isReady || process.status !== 'alive') return null
  return `${machine} is ${host.state}${host.reason === null ? '' : `: ${host.reason}`}; what follows is of before`
}

/** Everything that is known of why an agent is said to be in its state. */
export async function explainAgent(daemon: Daemon, id: string): Promise<Record<string, unknown>> {
  const agent = agentOf(daemon, id)
  const { byActivity } = agentDefinition(runningSpec(agent).behaviour)
  const looked = daemon.parts.observer.lastVerdict(agent.spec.id)
  const capture =
    agent.mode === 'headless'
      ? await seatScreen(daemon, agent)
      : daemon.parts.observer.lastCapture(agent.spec.id)
  const hook = daemon.parts.observer.lastHook(agent.spec.id)
  const iso = (at: number | null | undefined) => isoTime(at ?? null)
  const known = knownOfAgent(daemon.loop.state, agent)
  return {
    ...known,
    version: daemon.parts.versions.ofAgent(agent.spec.id),
    text: away(daemon, agent) ?? known.text,
    looked_at: iso(looked?.at),
    same_since: iso(looked?.since),
    still_since: iso(looked?.stillSince),
    stalled_since: iso(agent.observation?.stalledSince),
    screen:
      looked == null || (byActivity && looked.verdict.rule === null)
        ? null
        : {
            state: looked.verdict.state,
            rule: looked.verdict.rule,
            confidence: looked.verdict.confidence,
            evidence: looked.verdict.evidence,
          },
    hook: hook === null ? null : { state: hook.state, at: iso(hook.at), text: hook.text },
    session: conversationOf(daemon.store.facts, agent.spec.id),
    output_at: iso(daemon.parts.observer.outputAt(agent.spec.id)),
    by_activity: byActivity,
    title: capture === null ? null : safeText(capture.title),
    cols: capture?.cols ?? null,
    rows: capture?.rows ?? null,
    lines: capture === null ? [] : safeLines(capture.text).trimEnd().split('\n'),
  }
}
