/** What the keys act on: the chosen row, or the one whose details are open; and which acts make sense for it. */
import type { AgentRow, EscalationRow, GateRow, StatusDocument, TaskRow } from '../../core/protocol/status.js'
import type { Act } from '../source.js'
import { chosenIndex, idsOf, type Shown } from './panel-rows.js'
import type { MonitorState, PanelId } from './state.js'

export interface Subject {
  readonly panel: PanelId
  /** Id of the row in its panel. */
  readonly rowId: string
  readonly agent: AgentRow | null
  readonly task: TaskRow | null
  readonly gate: GateRow | null
  readonly escalation: EscalationRow | null
}

export function subjectOf(state: MonitorState, shown: Shown): Subject | null {
  const details = state.overlays.findLast((overlay) => overlay.kind === 'details')
  const panel = details?.panel ?? state.focus
  const rowId = details?.id ?? chosenRowId(state, shown, panel)
  if (rowId === null || state.doc === null) return null
  const about = subjectId(panel, rowId, shown)
  const escalation =
    panel === 'escalations' ? (state.doc.escalations.find(({ id }) => id === rowId) ?? null) : null
  return { panel, rowId, escalation, ...partsOf(state.doc, panel, about) }
}

function chosenRowId(state: MonitorState, shown: Shown, panel: PanelId): string | null {
  const ids = idsOf(panel, shown.rows)
  return ids[chosenIndex(ids, state.panels[panel])] ?? null
}

/** Attention, events and escalations are about something; agents, tasks and machines are it. */
function subjectId(panel: PanelId, rowId: string, { rows }: Shown): string | null {
  if (panel === 'attention') return rowId.slice(rowId.indexOf(':') + 1)
  if (panel === 'events') return rows.events.find((row) => `${row.seq}` === rowId)?.subject ?? null
  if (panel === 'escalations') {
    const row = rows.escalations.find(({ id }) => id === rowId)
    return row?.task ?? row?.subject ?? null
  }
  return rowId
}

function partsOf(
  doc: StatusDocument,
  panel: PanelId,
  id: string | null,
): Pick<Subject, 'agent' | 'task' | 'gate'> {
  const none = { agent: null, task: null, gate: null }
  if (id === null || panel === 'machines') return none
  const task = doc.tasks.find((row) => row.id === id) ?? null
  const agent = doc.agents.find((row) => row.id === (panel === 'tasks' ? task?.agent : id)) ?? null
  const gate = doc.gates.find((row) => row.id === id) ?? null
  if (panel === 'tasks') return { agent, task, gate: null }
  if (panel === 'agents') return { agent, task: null, gate: null }
  return { agent: agent ?? doc.agents.find((row) => row.id === task?.agent) ?? null, task, gate }
}

export type Asked = 'approve' | 'deny' | 'retry' | 'restart' | 'stop' | 'pause' | 'ack'
export type Proposal =
  | { readonly type: 'refused'; readonly why: string }
  /** To be asked first: `body` says exactly what. */
  | {
      readonly type: 'confirm'
      readonly title: string
      readonly body: string
      readonly danger: boolean
      readonly act: Act
    }
  | { readonly type: 'act'; readonly act: Act }

const refused = (why: string): Proposal => ({ type: 'refused', why })

/** What a key means here: an act, an act to be confirmed, or why not. */
export function proposalOf(asked: Asked, subject: Subject | null, doc: StatusDocument): Proposal {
  switch (asked) {
    case 'approve':
    case 'deny':
      return answer(asked, subject)
    case 'retry':
      return retry(subject)
    case 'restart':
      return restart(subject)
    case 'stop':
      return stop(subject)
    case 'pause':
      return pause(doc)
    case 'ack':
      return ack(subject)
  }
}

function answer(type: 'approve' | 'deny', subject: Subject | null): Proposal {
  const verb = type === 'approve' ? 'Approve' : 'Deny'
  if (subject?.gate?.status === 'waiting') {
    const { gate } = subject
    const body = gate.question?.join('\n') ?? gate.reason ?? `Gate ${gate.id}, after ${gate.after.join(' ')}`
    return confirm(`${verb} gate ${gate.id}?`, body, { type, id: gate.id, promptId: gate.prompt_id }, true)
  }
  const agent = subject?.agent
  if (agent === null || agent === undefined) return refused('nothing here to answer')
  if (agent.state !== 'waiting') return refused(`${agent.id} is ${agent.state}: it asks nothing`)
  const act: Act = { type, id: agent.id, promptId: agent.prompt_id }
  const body = agent.question?.join('\n') ?? agent.text ?? '(its screen says what: Enter)'
  // What is answered is what was drawn here: without the question there is nothing to say yes to.
  if (type === 'approve' && (agent.question === null || agent.prompt_id === null))
    return refused(`what ${agent.id} asks is not known as a whole: press a to go there`)
  return confirm(`${verb} what ${agent.id} asks?`, body, act, type === 'approve')
}

function retry(subject: Subject | null): Proposal {
  const task = subject?.task
  if (task === null || task === undefined) return refused('choose a task to retry')
  const isOver = task.status === 'FAILED' || task.status === 'CANCELLED' || task.status === 'BLOCKED'
  if (!isOver) return refused(`${task.id} is ${task.status}: nothing to retry`)
  return { type: 'act', act: { type: 'retry', task: task.id } }
}

function restart(subject: Subject | null): Proposal {
  const agent = subject?.agent
  if (agent === null || agent === undefined) return refused('choose an agent to restart')
  const loses = agent.task === null ? '' : ` It is at work on ${agent.task}; that attempt ends.`
  return confirm(
    `Restart ${agent.id}?`,
    `${agent.type} on ${agent.machine} is ${agent.state}.${loses}`,
    { type: 'restart', agent: agent.id },
    true,
  )
}

function stop(subject: Subject | null): Proposal {
  if (subject?.panel === 'tasks' && subject.task !== null) {
    const { task } = subject
    if (task.status === 'COMPLETED' || task.status === 'CANCELLED')
      return refused(`${task.id} is ${task.status} already`)
    return confirm(`Cancel ${task.id}?`, task.title, { type: 'cancel', task: task.id }, true)
  }
  const agent = subject?.agent
  if (agent === null || agent === undefined) return refused('choose an agent to stop or a task to cancel')
  if (agent.state === 'exited') return refused(`${agent.id} has exited already`)
  const loses = agent.task === null ? '' : ` It is at work on ${agent.task}.`
  return confirm(
    `Stop ${agent.id}?`,
    `${agent.type} on ${agent.machine} is ${agent.state}.${loses}`,
    { type: 'stop', agent: agent.id },
    true,
  )
}

function ack(subject: Subject | null): Proposal {
  const row = subject?.escalation
  if (row === null || row === undefined) return refused('choose an escalation to take on')
  if (row.state === 'closed') return refused(`${row.id} is over`)
  if (row.acked_by !== null) return refused(`${row.id} is taken on by ${row.acked_by}`)
  return { type: 'act', act: { type: 'ack', escalation: row.id } }
}

function pause(doc: StatusDocument): Proposal {
  if (doc.run.phase === 'paused') return { type: 'act', act: { type: 'resume' } }
  if (doc.run.phase !== 'running') return refused('nothing runs')
  return confirm('Pause the run?', 'What runs goes on; no new work starts.', { type: 'pause' }, false)
}

function confirm(title: string, body: string, act: Act, danger: boolean): Proposal {
  return { type: 'confirm', title, body, act, danger }
}
