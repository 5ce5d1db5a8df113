/** Merging: what wants to land, what was verified together, what landed, and what a person has to look at. */
import type { AgentId, AttemptId, MachineId, TaskId } from '../../ids.js'
import { mergeLink } from '../../merges/record-shapes.js'
import type { MergeLink } from '../../merges/records.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { fields, flag, list, number, orNull, text } from '../../shape.js'
import { checks, type CheckResult } from './checks.js'
import type { Forms } from './form.js'
import { principal } from './principal-shape.js'

/** A branch that does not merge onto what is before it. */
export interface MergeConflict {
  readonly task: TaskId
  readonly files: readonly string[]
  /** The tasks of the batch that it conflicts with; empty: it conflicts with the target. */
  readonly against: readonly TaskId[]
  /** What it has to be merged with. */
  readonly onto: string
}

const conflict = fields<MergeConflict>({
  task: text(),
  files: list(text()),
  against: list(text<TaskId>()),
  onto: text(),
})

export type MergeEvent =
  | {
      readonly type: 'merge.queued'
      readonly merge: string
      readonly task: TaskId
      readonly attempt: AttemptId
      readonly agent: AgentId | null
      readonly machine: MachineId
      readonly branch: string
      readonly oid: string
    }
  /** A person wants these landed, or looked at again; none: all. */
  | {
      readonly type: 'merge.requested'
      readonly merge: string
      readonly tasks: readonly TaskId[]
      readonly by: Principal
    }
  /** A batch: each branch on top of the ones before it. `contained`: what the target has already. */
  | {
      readonly type: 'merge.built'
      readonly merge: string
      readonly batch: number
      readonly base: string
      readonly links: readonly MergeLink[]
      readonly conflicts: readonly MergeConflict[]
      readonly contained: readonly TaskId[]
    }
  /** The task that asks its agent to resolve the conflict. */
  | {
      readonly type: 'merge.resolving'
      readonly merge: string
      readonly task: TaskId
      readonly resolver: TaskId
    }
  | {
      readonly type: 'merge.verified'
      readonly merge: string
      readonly batch: number
      readonly links: number
      readonly ok: boolean
      readonly checks: readonly CheckResult[]
    }
  /** The breaker on top of the first so many links: `commit` is to be verified. */
  | {
      readonly type: 'merge.probe_built'
      readonly merge: string
      readonly batch: number
      readonly links: number
      readonly commit: string
    }
  | {
      readonly type: 'merge.probed'
      readonly merge: string
      readonly batch: number
      readonly links: number
      readonly ok: boolean
    }
  /** Durable before the target is moved. */
  | {
      readonly type: 'merge.landing'
      readonly merge: string
      readonly batch: number
      readonly links: number
    }
  | {
      readonly type: 'merge.landed'
      readonly merge: string
      readonly batch: number | null
      readonly repository: string
      readonly into: string
      readonly oid: string
      readonly machine: MachineId
      readonly tasks: readonly TaskId[]
    }
  /** Somebody else moved the target: the batch is built again. */
  | { readonly type: 'merge.moved'; readonly merge: string; readonly batch: number; readonly to: string }
  | {
      readonly type: 'merge.rejected'
      readonly merge: string
      readonly task: TaskId
      readonly against: readonly TaskId[]
      readonly reason: string
    }
  /** Pushed for others to land: with its pull request, or why there is none; with neither it is asked for. */
  | {
      readonly type: 'merge.offered'
      readonly merge: string
      readonly task: TaskId
      readonly url: string | null
      readonly reason: string | null
    }
  /** Others merged its pull request as `oid`, or closed it without (null). */
  | {
      readonly type: 'merge.closed'
      readonly merge: string
      readonly task: TaskId
      readonly url: string
      readonly into: string
      readonly oid: string | null
    }
  /** Nothing lands there until a person has looked. */
  | { readonly type: 'merge.held'; readonly merge: string; readonly reason: string }

const short = (oid: string) => oid.slice(0, 10)
const and = (names: readonly string[]) => names.join(', ')

export const MERGE_EVENTS: Forms<MergeEvent> = {
  'merge.queued': {
    fields: {
      merge: text(),
      task: text(),
      attempt: text(),
      agent: orNull(text()),
      machine: text(),
      branch: text(),
      oid: text(),
    },
    line: ({ merge, task, oid }) => [task, `waits to land (${merge}, ${short(oid)})`],
  },
  'merge.requested': {
    fields: { merge: text(), tasks: list(text<TaskId>()), by: principal },
    line: ({ merge, tasks, by }) => [
      merge,
      `${tasks.length === 0 ? 'all' : and(tasks)} to be landed, asked for by ${namePrincipal(by)}`,
    ],
  },
  'merge.built': {
    fields: {
      merge: text(),
      batch: number,
      base: text(),
      links: list(mergeLink),
      conflicts: list(conflict),
      contained: list(text<TaskId>()),
    },
    line: ({ merge, links, conflicts, base }) => [
      merge,
      [
        `${and(links.map(({ task }) => task ?? 'what others pushed'))} on top of ${short(base)}`,
        ...conflicts.map(
          ({ task, files, against }) =>
            `${task} conflicts with ${against.length === 0 ? 'the target' : and(against)} in ${and(files.slice(0, 5))}`,
        ),
      ].join('; '),
      conflicts.length === 0 ? 'info' : 'warn',
    ],
  },
  'merge.resolving': {
    fields: { merge: text(), task: text(), resolver: text() },
    line: ({ task, resolver }) => [task, `its conflict is the task ${resolver} now`],
  },
  'merge.verified': {
    fields: { merge: text(), batch: number, links: number, ok: flag, checks },
    line: ({ merge, links, ok }) => [
      merge,
      `${links === 0 ? 'the target alone' : `the first ${links} of the batch`} ${ok ? 'verified' : 'red'}`,
      ok ? 'good' : 'warn',
    ],
  },
  'merge.probe_built': {
    fields: { merge: text(), batch: number, links: number, commit: text() },
    line: ({ merge, links }) => [merge, `the breaker is tried on top of ${links}`],
  },
  'merge.probed': {
    fields: { merge: text(), batch: number, links: number, ok: flag },
    line: ({ merge, links, ok }) => [merge, `the breaker on top of ${links} is ${ok ? 'green' : 'red'}`],
  },
  'merge.landing': {
    fields: { merge: text(), batch: number, links: number },
    line: ({ merge, links }) => [merge, `${links} of the batch are being landed`],
  },
  'merge.landed': {
    fields: {
      merge: text(),
      batch: orNull(number),
      repository: text(),
      into: text(),
      oid: text(),
      machine: text(),
      tasks: list(text<TaskId>()),
    },
    line: ({ merge, tasks, into, oid }) => [
      merge,
      `${and(tasks)} landed in ${into} as ${short(oid)}`,
      'good',
    ],
  },
  'merge.moved': {
    fields: { merge: text(), batch: number, to: text() },
    line: ({ merge, to }) => [merge, `the target moved to ${short(to)}: the batch is built again`],
  },
  'merge.rejected': {
    fields: { merge: text(), task: text(), against: list(text<TaskId>()), reason: text() },
    line: ({ task, reason }) => [task, `not landed: ${reason}`, 'bad'],
  },
  'merge.offered': {
    fields: { merge: text(), task: text(), url: orNull(text()), reason: orNull(text()) },
    line: ({ task, url, reason }) =>
      url === null
        ? [task, reason ?? 'pushed; its pull request is asked for', reason === null ? 'info' : 'warn']
        : [task, `pull request ${url}`, 'good'],
  },
  'merge.closed': {
    fields: { merge: text(), task: text(), url: text(), into: text(), oid: orNull(text()) },
    line: ({ task, url, into, oid }) =>
      oid === null
        ? [task, `${url} was closed without being merged`, 'bad']
        : [task, `${url} was merged into ${into} as ${short(oid)}`, 'good'],
  },
  'merge.held': {
    fields: { merge: text(), reason: text() },
    line: ({ merge, reason }) => [merge, `nothing lands: ${reason}`, 'bad'],
  },
}
