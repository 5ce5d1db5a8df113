/** What should stand on GitHub, from the state alone: asked for again and again, each thing is written once by its key. */
import { noticeOf } from '../escalation/notice.js'
import type { EscalationRecord } from '../escalation/records.js'
import { fix } from '../fixes.js'
import { gateQuestion, gateRevision } from '../gates/revision.js'
import type { RunState, TaskRecord } from '../run/state.js'
import type { MachineId } from '../ids.js'
import { issueDraft } from './issue-draft.js'
import type { Work } from './outbox-row.js'
import { statusBody } from './status-body.js'
import { wantedReports } from './wanted-reports.js'
import { issueOf, soon, type Wanted, type WritingPlace } from './writing-place.js'

/** A day; more is a loop, or nobody reads it any more. */
const MAX_URGENT = 3
const DAY_MS = 86_400_000

export function wantedWrites(state: RunState, place: WritingPlace): Wanted[] {
  return [
    ...masterIssue(state, place),
    ...issues(state, place),
    ...statuses(state, place),
    ...closes(state, place),
    ...labels(state, place),
    ...wantedReports(state, place),
    ...urgents(state, place),
    ...gates(state, place),
  ]
}

const now = (work: Work): Wanted => ({ work, urgent: true })

function* masterIssue({ layout }: RunState, { spec }: WritingPlace): Generator<Wanted> {
  if (spec.master !== 'create') return
  yield now({
    kind: 'issue',
    subject: 'master',
    title: layout?.title ?? `Run of ${layout?.session ?? 'orchestra'}`,
    body: 'All tasks of this run report here.',
    trailer: '',
    needs: [],
    labels: spec.scope.labels,
    milestone: null,
  })
}

function* issues(state: RunState, { spec, milestone, milestones }: WritingPlace): Generator<Wanted> {
  // One issue a task, though several repositories are connected.
  if (state.layout?.github.find(({ mode }) => mode === 'mirror')?.machine !== spec.machine) return
  for (const task of state.tasks.values()) {
    if (task.spec.issue !== 'create' || task.removed || state.issues.has(task.spec.id)) continue
    yield soon(issueDraft(state, task, { spec, milestone, milestones }))
  }
}

function* bound(state: RunState, machine: MachineId): Generator<readonly [TaskRecord, number]> {
  for (const task of state.tasks.values()) {
    const number = issueOf(state, machine, task)
    if (number !== null) yield [task, number]
  }
}

/** Nothing is said of a task before something happened to it. */
const hasBegun = ({ attempts, status, block }: TaskRecord) =>
  attempts.length > 0 || block !== null || status === 'FAILED' || status === 'BLOCKED'

function* statuses(state: RunState, { spec }: WritingPlace): Generator<Wanted> {
  for (const [task, issue] of bound(state, spec.machine))
    if (hasBegun(task))
      yield soon({ kind: 'status', subject: task.spec.id, issue, body: statusBody(state, task) })
}

/** What was done before, as an import finds it, is not ours to close. */
const wasWorkedOn = ({ attempts, alreadyDone, spec }: TaskRecord) =>
  attempts.length > 0 || (alreadyDone === 'yes' && spec.whenAlreadyDone !== 'true')

/** What a person linked by hand is that person's to close. */
const isOursToClose = ({ issues }: RunState, { spec }: TaskRecord) =>
  typeof spec.issue === 'number' || ['created', 'import'].includes(issues.get(spec.id)?.how ?? '')

function* closes(state: RunState, { spec }: WritingPlace): Generator<Wanted> {
  for (const [task, issue] of bound(state, spec.machine)) {
    const isMade = state.issues.get(task.spec.id)?.how === 'created'
    if (task.status !== 'COMPLETED' || !(wasWorkedOn(task) || isMade) || !isOursToClose(state, task)) continue
    if (state.issues.get(task.spec.id)?.state === 'closed') continue
    // Completed again after a person asked for it is another revision.
    yield now({ kind: 'close', subject: `${task.spec.id}.${task.attempts.length}`, issue })
  }
}

/** How a comment begins that commands; no command of a shell. */
const COMMAND = '/orchestra'
const LABELLED = ['READY', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'BLOCKED', 'CANCELLED'] as const

function* labels(state: RunState, { spec }: WritingPlace): Generator<Wanted> {
  if (spec.stateLabel === null) return
  const nameOf = (status: string) => `${spec.stateLabel}${status.toLowerCase().replace('_', '-')}`
  for (const [task, issue] of bound(state, spec.machine)) {
    if (!hasBegun(task)) continue
    const own = nameOf(task.status)
    const remove = LABELLED.map(nameOf).filter((name) => name !== own)
    yield now({ kind: 'labels', issue, add: [own], remove })
  }
}

const isToGithub = ({ deliveries }: EscalationRecord) => deliveries.some(({ to }) => to === 'github')

function* urgents(state: RunState, { spec, master, since, now: at }: WritingPlace): Generator<Wanted> {
  const fresh = [...state.escalations.values()]
    .filter(({ openedAt }) => openedAt >= since && openedAt > at - DAY_MS)
    .toSorted((a, b) => a.openedAt - b.openedAt)
  const urgent = spec.post.includes('urgent') ? fresh.filter((one) => one.urgent).slice(0, MAX_URGENT) : []
  // What is addressed to GitHub and urgent, too, is one comment.
  for (const one of fresh.filter((each) => urgent.includes(each) || isToGithub(each))) {
    const task = one.task === null ? undefined : state.tasks.get(one.task)
    const issue = master ?? (task === undefined ? null : issueOf(state, spec.machine, task))
    if (issue === null) continue
    const { title, text } = noticeOf(one, fix('escalation.ack', one.id))
    yield now({
      kind: 'comment',
      subject: `urgent/${one.id}/${one.openedAt}`,
      issue,
      body: `## ${title}\n\n${text}`,
      folds: null,
    })
  }
}

function* gates(state: RunState, { spec, master, gateCode }: WritingPlace): Generator<Wanted> {
  if (master === null) return
  for (const gate of state.gates.values()) {
    const revision = gate.status === 'waiting' && gate.spec.approve === 'human' ? gateRevision(gate) : null
    if (revision === null) continue
    const { id } = gate.spec
    const code = gateCode(id, revision)
    const body = [
      `## Gate ${id} waits for an answer`,
      '',
      ...gateQuestion(gate).map((line) => `- ${line}`),
      '',
      `A comment whose first line is one of these answers exactly this question (permission: ${spec.commands.from}):`,
      '',
      '```',
      `${COMMAND} approve ${id} ${code}`,
      `${COMMAND} deny ${id} ${code} WHY`,
      '```',
    ]
    yield now({
      kind: 'comment',
      subject: `gate/${id}/${revision.slice(0, 16)}`,
      issue: master,
      body: body.join('\n'),
      folds: null,
    })
  }
}
