/**
 * The state is the fold of its events. Events that come late, twice or about something unknown change nothing: whether an
 * event counts is decided here and only here, so that every loop that folds agrees.
 */
import { noteAnswer } from './answers.js'
import { assertNever } from '../assert-never.js'
import type { RunEvent } from './events.js'
import { openFold, settle, type Fold } from './fold/fold.js'
import { reduceAgent } from './fold/reduce-agents.js'
import { reduceAttempt } from './fold/reduce-attempts.js'
import { reduceClock } from './fold/reduce-clock.js'
import { reduceGate } from './fold/reduce-gates.js'
import { reduceLayout } from './fold/reduce-layout.js'
import { reduceMachine } from './fold/reduce-machines.js'
import { reduceReset } from './fold/reduce-reset.js'
import { reduceMilestone } from './fold/reduce-milestones.js'
import { reducePhase } from './fold/reduce-phase.js'
import { reduceTask } from './fold/reduce-tasks.js'
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
  }
}

/** Folds in place (the maps belong to the caller's state; records are replaced) and returns the same state. */
export function reduce(state: RunState, event: RunEvent): RunState {
  const fold = openFold(state, event)
  apply(fold, event)
  settle(fold)
  return state
}

function apply(fold: Fold, event: RunEvent): void {
  switch (event.type) {
    case 'layout.applied':
      return reduceLayout(fold, event)
    case 'machine.changed':
    case 'machine.reset':
    case 'machine.loaded':
      return reduceMachine(fold, event)
    case 'agent.starting':
    case 'agent.started':
    case 'agent.start_failed':
    case 'agent.exited':
    case 'agent.observed':
    case 'agent.stop_requested':
    case 'agent.restart_requested':
      return reduceAgent(fold, event)
    case 'run.started':
    case 'run.paused':
    case 'run.resumed':
    case 'run.finished':
      return reducePhase(fold, event)
    case 'run.reset':
      return reduceReset(fold)
    case 'task.submitted':
    case 'task.needs_added':
    case 'task.cancel_requested':
    case 'task.retry_requested':
    case 'task.already_done':
      return reduceTask(fold, event)
    case 'attempt.started':
    case 'attempt.running':
    case 'attempt.progressed':
    case 'attempt.proved':
    case 'attempt.verified':
    case 'attempt.ended':
      return reduceAttempt(fold, event)
    case 'gate.checked':
    case 'gate.answered':
    case 'gate.check_requested':
      return reduceGate(fold, event)
    case 'milestone.changed':
      return reduceMilestone(fold, event)
    case 'clock.changed':
      return reduceClock(fold, event)
    case 'prompt.answered':
      return noteAnswer(fold.state, event)
    case 'limit.passed':
    case 'report.ignored':
    case 'message.queued':
    case 'message.settled':
    case 'noted':
      return
    default:
      return assertNever(event)
  }
}
