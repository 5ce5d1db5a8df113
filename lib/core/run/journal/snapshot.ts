/**
 * The state at one place of the journal, as text, and back. A snapshot is the truth of what was decided up to there: an
 * older version's decisions are taken as they are, only later events are folded by this one.
 */
import { cordonKey } from '../../cordon/cordon-record.js'
import { restoreMerge, storeMerge } from '../../merges/records.js'
import { releaseKey } from '../../github/release.js'
import { messageOf } from '../../errors.js'
import { leakKey } from '../../trees/records.js'
import type { RunState } from '../state.js'
import { JOURNAL_FORMAT } from './format.js'
import { Mismatch } from '../../shape.js'
import { stateShape, type StoredState } from './state-shape.js'

export function encodeState(state: RunState): string {
  const stored: StoredState = {
    layout: state.layout,
    phase: state.phase,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    // Loads are measured, not journalled: a daemon that starts does not know them.
    machines: [...state.machines.values()].map((record) => ({ ...record, load1: null, cores: null })),
    agents: [...state.agents.values()],
    tasks: [...state.tasks.values()],
    attempts: [...state.attempts.values()],
    gates: [...state.gates.values()],
    milestones: [...state.milestones.values()],
    answers: state.answers,
    escalations: [...state.escalations.values()],
    escalationCount: state.escalationCount,
    reporting: state.reporting,
    slots: [...state.slots.values()],
    saved: [...state.saved.values()],
    leaks: [...state.leaks.values()],
    targets: [...state.targets.values()],
    merges: [...state.merges.values()].map(storeMerge),
    human: [...state.human],
    issues: [...state.issues.values()],
    releases: [...state.releases.values()],
    runs: state.runs,
    cordons: [...state.cordons.values()],
  }
  return JSON.stringify(stored)
}

/** @returns the state; or, as a string, why this is none. */
export function decodeState(text: string, format: number): RunState | string {
  if (format > JOURNAL_FORMAT) return `format ${format} is newer than ${JOURNAL_FORMAT}`
  try {
    const stored = stateShape.read(JSON.parse(text))
    return {
      layout: stored.layout,
      phase: stored.phase,
      startedAt: stored.startedAt,
      finishedAt: stored.finishedAt,
      machines: new Map(stored.machines.map((record) => [record.spec.id, record])),
      agents: new Map(stored.agents.map((record) => [record.spec.id, record])),
      tasks: new Map(stored.tasks.map((record) => [record.spec.id, record])),
      attempts: new Map(stored.attempts.map((record) => [record.id, record])),
      milestones: new Map(stored.milestones.map((record) => [record.id, record])),
      gates: new Map(stored.gates.map((record) => [record.spec.id, record])),
      answers: [...stored.answers],
      escalations: new Map(stored.escalations.map((record) => [record.key, record])),
      escalationCount: stored.escalationCount,
      reporting: stored.reporting,
      slots: new Map(stored.slots.map((record) => [record.id, record])),
      saved: new Map(stored.saved.map((record) => [record.ref, record])),
      leaks: new Map(stored.leaks.map((record) => [leakKey(record), record])),
      targets: new Map(stored.targets.map((record) => [`${record.repository}/${record.into}`, record])),
      merges: new Map(stored.merges.map((record) => [record.id, restoreMerge(record)])),
      human: new Map(stored.human),
      issues: new Map(stored.issues.map((issue) => [issue.task, issue])),
      releases: new Map(stored.releases.map((one) => [releaseKey(one.machine, one.number), one])),
      runs: [...stored.runs],
      cordons: new Map(stored.cordons.map((one) => [cordonKey(one.kind, one.id), one])),
    }
  } catch (error) {
    return error instanceof Mismatch ? String(error) : messageOf(error)
  }
}

/** Whether two states say the same, whatever the order of the keys in their records. */
export function sameState(a: RunState, b: RunState): boolean {
  const [one, other] = [encodeState(a), encodeState(b)]
  return one === other || inOrder(one) === inOrder(other)
}

function inOrder(text: string): string {
  return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
    value === null || typeof value !== 'object' || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))),
  )
}
