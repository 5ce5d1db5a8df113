/**
 * The stored form of the state, in snapshots. As with events, a field that comes later is `since(VALUE, …)`: snapshots of
 * earlier versions get VALUE here, so that what those versions decided need not be decided again.
 */
import { CORDONED_KINDS, type CordonRecord } from '../../cordon/cordon-record.js'
import { runRecordShape, type RunRecord } from '../../runs/run-record.js'
import { storedMerge } from '../../merges/record-shapes.js'
import type { StoredMerge } from '../../merges/records.js'
import type { IssueRelease, ToldIssue } from '../../github/release.js'
import { ATTEMPT_STATUSES, MACHINE_STATES, TASK_STATUSES } from '../../words.js'
import type { Approval } from '../../gates/approval.js'
import { DELIVERY_STATES, type Delivery, type EscalationRecord } from '../../escalation/records.js'
import { BINDINGS, GONE, type BoundIssue, type GoneIssue } from '../../github/bound-issue.js'
import type { HumanRecord } from '../../reports/human-record.js'
import type { ReportingRecord, ReportRecord } from '../../reports/records.js'
import { REPORT_KINDS } from '../../reports/spec.js'
import { MILESTONE_STATES } from '../../phases/plan-specs.js'
import {
  attemptTreeShape,
  landedShape,
  leakShape,
  savedShape,
  slotShape,
  targetShape,
} from '../../trees/record-shapes.js'
import type { LeakRecord, SavedWork, SlotRecord, TargetRecord } from '../../trees/records.js'
import type { AnswerRecord } from '../answer-record.js'
import type { EarlierAttempt, NeedContext, TaskContext } from '../given.js'
import type {
  AgentProcess,
  AgentRecord,
  AttemptRecord,
  BlockRecord,
  ExecutionOfTask,
  GateRecord,
  MachineRecord,
  MilestoneRecord,
  RunState,
  TaskRecord,
} from '../state.js'
import { observationFields } from '../events/agents.js'
import { proof } from '../events/attempts.js'
import { checks } from '../events/checks.js'
import { causeFields } from '../events/escalations.js'
import { principal } from '../events/principal-shape.js'
import { describeEvents, EVENT_SHAPES } from './event-shapes.js'
import { agentShape } from '../../layout/agent-spec.js'
import { gateShape } from '../../layout/gate-spec.js'
import { layoutShape } from '../../layout/layout-shape.js'
import { machineShape } from '../../layout/machine-spec.js'
import { taskShape } from '../../layout/task-spec.js'
import {
  fields,
  flag,
  list,
  Mismatch,
  number,
  oneOf,
  orNull,
  since,
  text,
  word,
  type Shape,
} from '../../shape.js'

/** The records alone: what is derived from them is built again. */
export interface StoredState extends Pick<RunState, 'layout' | 'phase' | 'startedAt' | 'finishedAt'> {
  readonly machines: readonly MachineRecord[]
  readonly agents: readonly AgentRecord[]
  readonly tasks: readonly TaskRecord[]
  readonly attempts: readonly AttemptRecord[]
  readonly gates: readonly GateRecord[]
  readonly milestones: readonly MilestoneRecord[]
  readonly answers: readonly AnswerRecord[]
  readonly escalations: readonly EscalationRecord[]
  readonly escalationCount: number
  readonly reporting: ReportingRecord
  readonly slots: readonly SlotRecord[]
  readonly saved: readonly SavedWork[]
  readonly leaks: readonly LeakRecord[]
  readonly targets: readonly TargetRecord[]
  readonly merges: readonly StoredMerge[]
  readonly human: readonly (readonly [string, HumanRecord])[]
  readonly issues: readonly BoundIssue[]
  readonly releases: readonly IssueRelease[]
  readonly runs: readonly RunRecord[]
  readonly cordons: readonly CordonRecord[]
}

/** Described with `layout.applied`. */
function asInLayout<T>(shape: Shape<T>): Shape<T> {
  return { ...shape, describe: (path) => [`${path}: as in layout.applied`] }
}

const machineRecord = fields<MachineRecord>({
  spec: asInLayout(machineShape),
  state: word(...MACHINE_STATES),
  reason: orNull(text()),
  since: number,
  load1: orNull(number),
  cores: orNull(number),
})

const process = oneOf<AgentProcess, 'status'>('status', {
  absent: {},
  starting: { since: number },
  alive: { pid: number, pane: text(), since: number },
  exited: {
    exitCode: orNull(number),
    signal: orNull(text()),
    reason: text(),
    reset: since(null, orNull(word('reboot', 'server_gone', 'down'))),
    at: number,
  },
})

const agentRecord = fields<AgentRecord>({
  spec: asInLayout(agentShape),
  wanted: word('running', 'standby', 'stopped', 'removed'),
  machine: text(),
  generation: number,
  process,
  mode: word('interactive', 'headless'),
  observation: orNull(fields<NonNullable<AgentRecord['observation']>>({ ...observationFields, at: number })),
  attempt: orNull(text()),
  restarts: list(number),
  restartRequested: flag,
  restartAt: orNull(number),
  coolUntil: orNull(number),
  troubles: number,
  lastUsedAt: orNull(number),
  startedAs: orNull(asInLayout(agentShape)),
  specChanged: flag,
  called: since(null, orNull(text())),
})

const told = fields<TaskContext>({
  task: asInLayout(taskShape),
  needs: list(
    fields<NeedContext>({
      id: text(),
      title: text(),
      status: word(...TASK_STATUSES, 'gate', 'phase'),
      agent: orNull(text()),
      machine: orNull(text()),
      text: orNull(text()),
      outputs: list(text()),
    }),
  ),
  earlier: list(
    fields<EarlierAttempt>({
      number,
      agent: orNull(text()),
      status: word(...ATTEMPT_STATUSES),
      reason: orNull(text()),
      text: orNull(text()),
      failedChecks: list(fields<EarlierAttempt['failedChecks'][number]>({ command: text(), output: text() })),
      told: orNull(text()),
    }),
  ),
  checkpoint: orNull(text()),
  issue: since(
    null,
    orNull(fields<ToldIssue>({ number, url: orNull(text()), title: orNull(text()), text: orNull(text()) })),
  ),
})

const attemptRecord = fields<AttemptRecord>({
  id: text(),
  task: text(),
  number,
  agent: orNull(text()),
  generation: orNull(number),
  headless: flag,
  machine: text(),
  nonce: text(),
  random: number,
  told,
  directory: orNull(text()),
  phase: word('starting', 'running', 'verifying', 'ended'),
  startedAt: number,
  endedAt: orNull(number),
  status: orNull(word(...ATTEMPT_STATUSES)),
  cause: orNull(text()),
  reason: orNull(text()),
  progress: orNull(number),
  text: orNull(text()),
  checkpoint: orNull(text()),
  proof: orNull(proof),
  checks,
  outputs: list(text()),
  screen: orNull(text()),
  unconfirmed: orNull(text()),
  suspendedMs: number,
  suspendedSince: orNull(number),
  tree: since(null, orNull(attemptTreeShape)),
})

const taskRecord = fields<TaskRecord>({
  spec: asInLayout(taskShape),
  status: word(...TASK_STATUSES),
  reason: orNull(text()),
  attempts: list(text()),
  readyAt: orNull(number),
  notBefore: orNull(number),
  startedAt: orNull(number),
  endedAt: orNull(number),
  cancelRequested: orNull(text()),
  alreadyDone: word('unchecked', 'no', 'yes'),
  submittedAt: number,
  origin: word('layout', 'submitted'),
  addedNeeds: list(text()),
  budgetFrom: number,
  onFallback: flag,
  stuck: flag,
  notNeeded: since(false, flag),
  block: orNull(
    fields<BlockRecord>({
      text: text(),
      proposal: orNull(text()),
      impact: orNull(text()),
      urgent: flag,
      by: principal,
      at: number,
    }),
  ),
  removed: flag,
  execution: since(null, orNull(fields<ExecutionOfTask>({ id: text(), maxWorkers: number }))),
  landed: since(null, orNull(landedShape)),
})

const gateRecord = fields<GateRecord>({
  spec: asInLayout(gateShape),
  status: word('closed', 'checking', 'waiting', 'open', 'failed'),
  checks,
  reason: orNull(text()),
  since: number,
  head: orNull(text()),
  askedAt: orNull(number),
  approvals: list(
    fields<Approval>({
      revision: text(),
      by: principal,
      identity: text(),
      criteria: orNull(list(number)),
      reason: orNull(text()),
      at: number,
    }),
  ),
})

const milestoneRecord = fields<MilestoneRecord>({
  id: text(),
  state: word(...MILESTONE_STATES),
  since: number,
  dueAt: number,
  forecastAt: orNull(number),
  slowAt: orNull(number),
  lateMs: number,
})

const escalationRecord = fields<EscalationRecord>({
  ...causeFields,
  id: text(),
  openedAt: number,
  told: list(fields<EscalationRecord['told'][number]>({ layer: text(), at: number })),
  deliveries: list(
    fields<Delivery>({
      to: text(),
      layer: text(),
      state: word(...DELIVERY_STATES),
      reason: orNull(text()),
      at: number,
    }),
  ),
  ackedBy: orNull(principal),
  ackedAt: orNull(number),
  closedAt: orNull(number),
})

const reporting = fields<ReportingRecord>({
  last: fields<ReportingRecord['last']>({
    standup: orNull(number),
    synthesis: orNull(number),
    weekly: orNull(number),
  }),
  syncAt: orNull(number),
  syncNamed: since([], list(text())),
  phases: list(text()),
  blockers: list(text()),
  syncedMs: number,
  latest: list(
    fields<ReportRecord>({
      kind: word(...REPORT_KINDS),
      subject: orNull(text()),
      at: number,
      dueAt: orNull(number),
      late: flag,
      title: text(),
      text: text(),
    }),
  ),
  activeMs: number,
  activeSince: orNull(number),
})

const human = fields<HumanRecord>({
  asked: number,
  waitedMs: number,
  since: orNull(number),
  question: orNull(text()),
})
/** By task or gate. */
const pair: Shape<readonly [string, HumanRecord]> = {
  read: (value) => {
    if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string')
      throw new Mismatch('an id and a record', value)
    return [value[0], human.read(value[1])]
  },
  describe: (path) => human.describe(`${path}.*`),
}

/** An event, as it stands in the journal. */
const answer: Shape<AnswerRecord> = {
  read: (value) => {
    const type = (value as AnswerRecord | null)?.type
    if (type !== 'prompt.answered' && type !== 'gate.answered') throw new Mismatch('an answer', value)
    return EVENT_SHAPES.get(type)?.read(value) as AnswerRecord
  },
  describe: (path) => [`${path}: prompt.answered | gate.answered`],
}

const boundIssue = fields<BoundIssue>({
  task: text(),
  machine: orNull(text()),
  number,
  issueId: orNull(number),
  url: orNull(text()),
  how: word(...BINDINGS),
  state: orNull(word('open', 'closed')),
  changed: since(
    null,
    orNull(fields<NonNullable<BoundIssue['changed']>>({ to: word('open', 'closed'), at: number })),
  ),
  gone: since(null, orNull(fields<GoneIssue>({ why: word(...GONE), to: orNull(text()), at: number }))),
  replaces: since(null, orNull(number)),
})

const release = fields<IssueRelease>({
  machine: text(),
  number,
  digest: text(),
  title: text(),
  text: text(),
  by: text(),
  at: number,
  isVoid: flag,
})

const cordon = fields<CordonRecord>({
  kind: word(...CORDONED_KINDS),
  id: text(),
  by: principal,
  at: number,
})

export const stateShape: Shape<StoredState> = fields<StoredState>({
  layout: orNull(asInLayout(layoutShape)),
  phase: word('idle', 'running', 'paused', 'finished'),
  startedAt: orNull(number),
  finishedAt: orNull(number),
  machines: list(machineRecord),
  agents: list(agentRecord),
  tasks: list(taskRecord),
  attempts: list(attemptRecord),
  gates: list(gateRecord),
  milestones: since([], list(milestoneRecord)),
  answers: list(answer),
  escalations: list(escalationRecord),
  escalationCount: number,
  reporting,
  slots: since([], list(slotShape)),
  saved: since([], list(savedShape)),
  leaks: since([], list(leakShape)),
  targets: since([], list(targetShape)),
  merges: since([], list(storedMerge)),
  human: list(pair),
  issues: since([], list(boundIssue)),
  releases: since([], list(release)),
  runs: since([], list(runRecordShape)),
  cordons: since([], list(cordon)),
})

/** A line for each field that is stored, sorted: the golden file. */
export function describeStored(): string[] {
  return [...describeEvents(), ...stateShape.describe('state')].toSorted()
}
