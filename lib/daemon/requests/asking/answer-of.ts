/** An agent's answer: from its hook, from the conversation that its CLI keeps, or from its screen. */
import { agentDefinition } from '../../../agents/registry.js'
import { messageInTranscript } from '../../../agents/transcript-message.js'
import { answerBelow, type Shown } from '../../../core/asking/answer-below.js'
import type { AskDocument } from '../../../core/protocol/api.js'
import { runningSpec } from '../../../core/run/running-spec.js'
import type { AgentRecord } from '../../../core/run/state.js'
import { screenRows, trimScreen } from '../../../core/status/fold.js'
import { safeLines } from '../../../core/text/safe-lines.js'
import { FACTS } from '../../../store/facts.js'
import type { TurnTold } from '../../attempts/hooks.js'
import type { Daemon } from '../../daemon.js'
import { hostOf } from '../../machines/host-of.js'
import type { Host } from '../../machines/host.js'

const HISTORY_ROWS = 5000
const TRANSCRIPT_BYTES = 512 * 1024

interface Answer extends Pick<AskDocument, 'source' | 'text'> {
  /** Its screen shows the prompt, and something below. */
  readonly echoed: boolean
}

export async function answerOf(daemon: Daemon, agent: AgentRecord, told: TurnTold | null): Promise<Answer> {
  if (told !== null && told.message !== null)
    return { source: 'hook', text: safeLines(told.message), echoed: false }
  const host = hostOf(daemon.parts, agent.machine)
  const kept = told?.transcript == null ? null : await keptMessage(host, told.transcript)
  if (kept !== null) return { source: 'transcript', text: safeLines(kept), echoed: false }
  const { text, echoed } = await shownAnswer(daemon, host, agent)
  return { source: 'screen', text: safeLines(text), echoed }
}

/**
 * Its path is the agent's word: only a conversation is read, below a directory of a CLI, and no link is followed to another
 * kind of file.
 */
const TAIL = `
case $1 in */..|*/../*) exit 0 ;; /*/.claude/projects/*.jsonl|/*/.codex/sessions/*.jsonl|/*/sessions/*/rollout-*.jsonl) ;; *) exit 0 ;; esac
[ -f "$1" ] && [ ! -h "$1" ] && tail -c "$2" -- "$1" || :`

async function keptMessage(host: Host, path: string): Promise<string | null> {
  const tail = await host.shell.must(TAIL, {
    args: [path, String(TRANSCRIPT_BYTES)],
    maxBytes: TRANSCRIPT_BYTES + 1024,
    lane: 'bulk',
  })
  return messageInTranscript(tail.toString('utf8'))
}

async function shownAnswer(daemon: Daemon, host: Host, agent: AgentRecord): Promise<Shown> {
  const { id } = agent.spec
  if (agent.process.status !== 'alive') return { text: '', echoed: false }
  const pane = host.paneOf(id, agent.generation, agent.process.pane)
  const capture = (await host.capture([pane], { history: HISTORY_ROWS, joined: true })).get(pane)
  if (capture === undefined) return { text: '', echoed: false }
  const { segment } = agentDefinition(runningSpec(agent).behaviour)
  const { transcript } = segment(trimScreen(screenRows(capture.text)))
  return answerBelow(transcript, daemon.store.facts.get(FACTS.lastPrompt, id) ?? '')
}
