import { fix } from '../fixes.js'
import { NEEDS_YOU } from '../protocol/needs-you.js'
import type { Attention, StatusDocument } from '../protocol/status.js'
import { shortPromptId } from '../status/prompt-id.js'
import type { Millis } from '../time.js'
import { GATE_LOOK, AGENT_LOOK, MACHINE_LOOK, TASK_LOOK, type Look } from './glyphs.js'
import { millisOf } from './times.js'

/** What a person should look at: how urgent, since when, and the command that answers it. */
export interface AttentionView {
  readonly id: string
  readonly kind: Attention['kind']
  readonly look: Look
  /** `waiting`, `failed`: one word. */
  readonly word: string
  readonly text: string
  readonly ageMs: Millis | null
  /** Nobody but a person can go on here; otherwise it is bad news that may mend itself. */
  readonly isHuman: boolean
  /** Command line that helps; null when there is none to give. */
  readonly act: string | null
}

interface Kind {
  /** 0 first. */
  readonly order: number
  readonly look: Look
  readonly word: string
  readonly act: (id: string, doc: StatusDocument) => string | null
}

const KINDS = {
  agent_waiting: kind(0, AGENT_LOOK.waiting, 'waiting', (id, doc) =>
    approval(id, doc.agents.find((agent) => agent.id === id)?.prompt_id),
  ),
  gate_waiting: kind(1, GATE_LOOK.waiting, 'gate', (id, doc) =>
    approval(id, doc.gates.find((gate) => gate.id === id)?.prompt_id),
  ),
  prompt_unconfirmed: kind(1, AGENT_LOOK.waiting, 'unsure', (id) => fix('agent.attach', id)),
  store: kind(2, TASK_LOOK.FAILED, 'store', () => fix('doctor.ask')),
  api_closed: kind(2, MACHINE_LOOK.degraded, 'closed', () => fix('doctor.ask')),
  task_failed: kind(3, TASK_LOOK.FAILED, 'failed', (id) => fix('task.retry', id)),
  run_stuck: kind(3, TASK_LOOK.BLOCKED, 'stuck', () => fix('agent.list')),
  agent_error: kind(4, AGENT_LOOK.error, 'error', (id) => fix('agent.restart', id)),
  agent_exited: kind(5, AGENT_LOOK.exited, 'exited', (id) => fix('agent.restart', id)),
  machine_degraded: kind(6, MACHINE_LOOK.degraded, 'degraded', (id) => fix('doctor.machine', id)),
  machine_offline: kind(7, MACHINE_LOOK.offline, 'offline', (id) => fix('doctor.machine', id)),
  task_blocked: kind(8, TASK_LOOK.BLOCKED, 'blocked', () => null),
  tree_escape: kind(3, TASK_LOOK.BLOCKED, 'escape', (id) => fix('task.unblock', id)),
  tree_stuck: kind(8, TASK_LOOK.BLOCKED, 'tree', () => fix('trees.list')),
  tree_leaked: kind(11, MACHINE_LOOK.degraded, 'leak', () => fix('trees.repair')),
  merge_stuck: kind(8, TASK_LOOK.BLOCKED, 'merge', (id, doc) =>
    doc.merges.some((row) => row.id === id && row.state === 'held')
      ? fix('merge.all')
      : fix('merge.task', id),
  ),
  issue_changed: kind(8, GATE_LOOK.waiting, 'issue', () => null),
  agent_limited: kind(9, AGENT_LOOK.limited, 'limited', () => null),
  agent_unknown: kind(10, AGENT_LOOK.unknown, 'unknown', (id) => fix('agent.explain', id)),
  agent_stalled: kind(10, AGENT_LOOK.unknown, 'stalled', (id) => fix('agent.explain', id)),
  machine_problem: kind(11, MACHINE_LOOK.degraded, 'problem', (id) => fix('doctor.machine', id)),
  mcp_offline: kind(12, MACHINE_LOOK.offline, 'mcp', (id, doc) => {
    const machine = doc.mcp_servers.find((server) => server.id === id)?.machine
    return machine === undefined ? null : fix('doctor.machine', machine)
  }),
} as const satisfies Record<Attention['kind'], Kind>

function kind(order: number, look: Look, word: string, act: Kind['act']): Kind {
  return { order, look, word, act }
}

/** Says yes to what is shown here and to nothing else, on a terminal or without one. */
function approval(id: string, promptId: string | null | undefined): string {
  return promptId == null ? fix('agent.attach', id) : fix('answer.approve', id, shortPromptId(promptId))
}

/** Most urgent first; among equals what waits longest. */
export function attentionViews(doc: StatusDocument, now: Millis): AttentionView[] {
  return [...doc.summary.attention]
    .map((entry) => ({ entry, kind: KINDS[entry.kind], since: millisOf(entry.since) }))
    .sort((a, b) => a.kind.order - b.kind.order || (a.since ?? now) - (b.since ?? now))
    .map(({ entry, kind, since }) => ({
      id: entry.id,
      kind: entry.kind,
      look: kind.look,
      word: kind.word,
      text: entry.text,
      ageMs: since === null ? null : Math.max(0, now - since),
      isHuman: NEEDS_YOU[entry.kind],
      act: kind.act(entry.id, doc),
    }))
}
