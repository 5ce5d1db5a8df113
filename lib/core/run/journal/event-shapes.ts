/**
 * The stored form of each event (core/run/events.ts), in the present journal format. The compiler asks for an entry here
 * when an event is added to the union; a golden file shows each change of a stored form.
 */
import { MILESTONE_STATES } from '../../phases/plan-specs.js'
import { SOME_PERSON, VIAS, type Principal } from '../../principal.js'
import { AGENT_STATES, ATTEMPT_STATUSES, MACHINE_STATES } from '../../words.js'
import type { CheckResult, Observation, Proof, RunEvent, RunEventType } from '../events.js'
import { layoutShape, taskShape } from './layout-shape.js'
import {
  fields,
  flag,
  list,
  number,
  oneOf,
  orNull,
  since,
  text,
  word,
  type Fields,
  type Shape,
} from './shape.js'

const named = { id: orNull(text()), via: word(...VIAS) }
const fullPrincipal = oneOf<Principal, 'kind'>('kind', {
  daemon: { via: word(...VIAS) },
  person: named,
  token: named,
  device: named,
  agent: named,
  attempt: named,
  github: named,
})
/** Described once, not with each event. */
export const principal: Shape<Principal> = { ...fullPrincipal, describe: (path) => [`${path}: principal`] }

export const observationFields: Fields<Observation> = {
  state: word(...AGENT_STATES),
  confidence: number,
  evidence: text(),
  rule: orNull(text()),
  text: orNull(text()),
  promptId: orNull(text()),
  until: orNull(number),
  stalledSince: since(null, orNull(number)),
}
const observation = fields<Observation>(observationFields)

export const proof = fields<Proof>({
  kind: word('exit', 'report', 'hook', 'result', 'marker', 'already_done'),
  outcome: word('done', 'fail', 'blocked'),
  text: orNull(text()),
  exitCode: orNull(number),
})

export const checks = list(
  fields<CheckResult>({
    command: text(),
    ok: flag,
    exitCode: orNull(number),
    output: text(),
    durationMs: number,
  }),
)

type EventFields<T extends RunEventType> = Fields<Omit<Extract<RunEvent, { type: T }>, 'type' | 'at'>>

const FIELDS: { readonly [T in RunEventType]: EventFields<T> } = {
  'layout.applied': { layout: layoutShape, revive: flag, by: since(SOME_PERSON, principal) },

  'machine.changed': { machine: text(), state: word(...MACHINE_STATES), reason: orNull(text()) },
  'machine.reset': {
    machine: text(),
    reason: word('reboot', 'server_gone', 'down'),
    by: since(null, orNull(principal)),
  },
  'machine.loaded': { machine: text(), load1: number, cores: number },

  'agent.starting': { agent: text(), generation: number, machine: text() },
  'agent.started': { agent: text(), generation: number, machine: text(), pid: number, pane: text() },
  'agent.start_failed': { agent: text(), generation: number, reason: text() },
  'agent.exited': {
    agent: text(),
    generation: number,
    exitCode: orNull(number),
    signal: orNull(text()),
    reason: text(),
  },
  'agent.observed': { agent: text(), generation: number, observation },
  'agent.stop_requested': { agent: text(), by: principal },
  'agent.restart_requested': { agent: text(), by: principal, reason: since(null, orNull(text())) },

  'run.started': { by: principal },
  'run.paused': { by: principal },
  'run.resumed': { by: principal },
  'run.finished': {},
  'run.reset': { by: principal },

  'task.submitted': { task: taskShape, by: principal },
  'task.needs_added': { task: text(), needs: list(text()), by: since(SOME_PERSON, principal) },
  'task.cancel_requested': { task: text(), by: principal },
  'task.retry_requested': { task: text(), by: principal },
  'task.already_done': { task: text(), done: flag, output: text() },

  'attempt.started': {
    attempt: text(),
    task: text(),
    agent: orNull(text()),
    generation: orNull(number),
    machine: text(),
    nonce: text(),
    random: number,
    headless: since(false, flag),
  },
  'attempt.running': { attempt: text(), pid: orNull(number), unconfirmed: since('', text()) },
  'attempt.progressed': {
    attempt: text(),
    progress: orNull(number),
    text: orNull(text()),
    checkpoint: orNull(text()),
  },
  'attempt.proved': { attempt: text(), proof },
  'attempt.verified': {
    attempt: text(),
    ok: flag,
    checks,
    missingOutputs: list(text()),
    outputs: list(text()),
  },
  'attempt.ended': {
    attempt: text(),
    status: word(...ATTEMPT_STATUSES),
    reason: text(),
    screen: orNull(text()),
  },

  'gate.checked': { gate: text(), ok: flag, checks, head: since(null, orNull(text())) },
  'gate.answered': {
    gate: text(),
    approved: flag,
    question: since([], list(text())),
    promptId: since(null, orNull(text())),
    criteria: since(null, orNull(list(number))),
    reason: since(null, orNull(text())),
    by: principal,
  },
  'gate.check_requested': { gate: text(), reason: text(), by: principal },
  'prompt.answered': {
    agent: text(),
    generation: number,
    approved: flag,
    promptId: orNull(text()),
    question: list(text()),
    option: orNull(text()),
    rule: orNull(text()),
    by: principal,
  },
  'limit.passed': {
    agent: text(),
    attempt: text(),
    receipt: word('delivered', 'unconfirmed', 'refused'),
    reason: orNull(text()),
    by: principal,
  },
  'report.ignored': { agent: text(), reason: text() },

  'milestone.changed': {
    milestone: text(),
    state: word(...MILESTONE_STATES),
    dueAt: number,
    forecastAt: orNull(number),
    slowAt: orNull(number),
    lateMs: number,
  },

  'clock.changed': { waitsMs: number, workMs: number },

  'message.queued': {
    agent: text(),
    operation: text(),
    digest: text(),
    bytes: number,
    by: principal,
  },
  'message.settled': {
    agent: text(),
    operation: text(),
    receipt: word('delivered', 'unconfirmed', 'refused'),
    reason: orNull(text()),
  },

  noted: { subject: text(), text: text() },
}

export const EVENT_SHAPES: ReadonlyMap<string, Shape<RunEvent>> = new Map(
  Object.entries(FIELDS).map(([type, own]) => [
    type,
    fields({ at: number, ...own }) as unknown as Shape<RunEvent>,
  ]),
)

/** A line for each field of an event. */
export function describeEvents(): string[] {
  const events = [...EVENT_SHAPES].flatMap(([type, shape]) => shape.describe(type))
  return [...events, ...fullPrincipal.describe('principal')]
}
