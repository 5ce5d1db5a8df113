/**
 * The state is the fold of its events. Events that come late, twice or about something unknown change nothing: whether an
 * event counts is decided here and only here, so that every loop that folds agrees.
 */
import { noteAnswer } from './answers.js'
import type { RunEvent, RunEventType } from './events.js'
import { openFold, settle, type Fold } from './fold/fold.js'
import { reduceAgent } from './fold/reduce-agents.js'
import { reduceAttempt } from './fold/reduce-attempts.js'
import { reduceClock } from './fold/reduce-clock.js'
import { reduceCordon } from './fold/reduce-cordons.js'
import { reduceEscalation } from './fold/reduce-escalations.js'
import { reduceGate } from './fold/reduce-gates.js'
import { reduceIssue } from './fold/reduce-issues.js'
import { reduceLayout } from './fold/reduce-layout.js'
import { reduceMachine } from './fold/reduce-machines.js'
import { reduceMerge } from './fold/reduce-merges.js'
import { reduceMilestone } from './fold/reduce-milestones.js'
import { followActivity, reduceReport } from './fold/reduce-reports.js'
import { reduceRun } from './fold/reduce-run.js'
import { reduceExecution, reduceTask } from './fold/reduce-tasks.js'
import { reduceTree } from './fold/reduce-trees.js'
import { NOTHING_REPORTED } from '../reports/records.js'
import type { RunState } from './state.js'

export function initialState(): RunState {
  return {
    layout: null,
    phase: 'idle',
    startedAt: null,
    finishedAt: null,
    machines: new Map(),
    agents: new Map(),
    tasks: new Map(),
    attempts: new Map(),
    gates: new Map(),
    milestones: new Map(),
    answers: [],
    escalations: new Map(),
    escalationCount: 0,
    reporting: NOTHING_REPORTED,
    slots: new Map(),
    saved: new Map(),
    leaks: new Map(),
    targets: new Map(),
    merges: new Map(),
    human: new Map(),
    issues: new Map(),
    releases: new Map(),
    runs: [],
    cordons: new Map(),
  }
}

/** Folds in place (the maps belong to the caller's state; records are replaced) and returns the same state. */
export function reduce(state: RunState, event: RunEvent): RunState {
  const fold = openFold(state, event)
  apply(fold, event)
  settle(fold)
  followActivity(fold)
  return state
}

/** `machine` of `machine.changed`; `noted` has no dot. */
type DomainOf<T extends string> = T extends `${infer Domain}.${string}` ? Domain : T
type Domain = DomainOf<RunEventType>
type Reducers = {
  readonly [D in Domain]: (fold: Fold, event: Extract<RunEvent, { type: D | `${D}.${string}` }>) => void
}

const changesNothing = (): void => undefined

const REDUCERS: Reducers = {
  layout: reduceLayout,
  machine: reduceMachine,
  cordon: reduceCordon,
  agent: reduceAgent,
  run: reduceRun,
  task: reduceTask,
  execution: reduceExecution,
  attempt: reduceAttempt,
  tree: reduceTree,
  merge: reduceMerge,
  gate: reduceGate,
  escalation: reduceEscalation,
  milestone: reduceMilestone,
  clock: reduceClock,
  prompt: ({ state }, event) => noteAnswer(state, event),
  limit: changesNothing,
  report: (fold, event) => (event.type === 'report.made' ? reduceReport(fold, event) : undefined),
  issue: reduceIssue,
  message: changesNothing,
  token: changesNothing,
  access: changesNothing,
  noted: changesNothing,
}

function apply(fold: Fold, event: RunEvent): void {
  const [domain] = event.type.split('.', 1)
  // One of them: the compiler would have to make the intersection of all events that they take.
  const reducers: Readonly<Record<string, (fold: Fold, event: never) => void>> = REDUCERS
  reducers[domain!]!(fold, event as never)
}
