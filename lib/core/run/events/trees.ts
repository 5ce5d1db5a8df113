/** Worktrees: who got which slot, what it started from, what was saved, what went wrong with it. */
import type { AttemptId, MachineId, SlotId } from '../../ids.js'
import { namePrincipal, type Principal } from '../../principal.js'
import { flag, list, number, orNull, since, text } from '../../shape.js'
import type { Millis } from '../../time.js'
import { LEAK_FIELDS, portNumbers, slotBase, slotHolder } from '../../trees/record-shapes.js'
import type { LeakRecord, SlotBase, SlotHolder } from '../../trees/records.js'
import { why, type Forms } from './form.js'
import { principal } from './principal-shape.js'

export type TreeEvent =
  /** Durable before anything is done on the machine. `attempt`: for which it is made ready, where it has one. */
  | {
      readonly type: 'tree.acquired'
      readonly slot: SlotId
      readonly pool: string
      readonly repository: string
      readonly machine: MachineId
      readonly index: number
      readonly dir: string
      readonly holder: SlotHolder
      readonly attempt: AttemptId | null
      readonly branch: string | null
    }
  | {
      readonly type: 'tree.ready'
      readonly slot: SlotId
      readonly attempt: AttemptId | null
      /** The worktree was made just now, and not used again. */
      readonly created: boolean
      readonly path: string
      readonly branch: string | null
      readonly base: SlotBase
      readonly needs: readonly AttemptId[]
      readonly setupKey: string | null
      readonly ports: Readonly<Record<string, number>>
      /** Why its base is not fresh; null: it is. */
      readonly stale: string | null
    }
  /** It could not be made ready: its attempt ends with that. `conflicts`: files in which the branches of its needs disagree. */
  | {
      readonly type: 'tree.refused'
      readonly slot: SlotId
      readonly attempt: AttemptId | null
      readonly reason: string
      readonly conflicts: readonly string[]
      /** What is not ours stands in the slot's place: the attempt gets another one. */
      readonly isTaken: boolean
    }
  /** Work that no branch had is under a ref now. */
  | {
      readonly type: 'tree.saved'
      readonly slot: SlotId
      readonly attempt: AttemptId | null
      readonly ref: string
      readonly oid: string
      readonly files: number
      readonly reason: string
    }
  /** Work was done where it does not belong: a person has to look. */
  | {
      readonly type: 'tree.escaped'
      readonly slot: SlotId
      readonly attempt: AttemptId
      readonly found: readonly string[]
    }
  /** A holder that is no attempt and no agent is done with it. */
  | { readonly type: 'tree.given_back'; readonly slot: SlotId }
  | {
      readonly type: 'tree.released'
      readonly slot: SlotId
      readonly attempt: AttemptId | null
      /** Of the attempt's branch. */
      readonly head: string | null
      readonly commits: number
      readonly files: number
    }
  | {
      readonly type: 'tree.stuck'
      readonly slot: SlotId
      readonly reason: string
      readonly retryAt: Millis
      /** Only ignored files keep it: it goes when a person says that they may. */
      readonly forIgnored: boolean
    }
  /** On the disk, and not in the journal, or the other way round. */
  | ({ readonly type: 'tree.leaked' } & Omit<LeakRecord, 'at'>)
  /** It is in order by now, by whatever means. */
  | {
      readonly type: 'tree.leak_ended'
      readonly machine: MachineId
      readonly pool: string
      readonly path: string
    }
  | {
      readonly type: 'tree.removal_requested'
      readonly slot: SlotId
      /** Also with the ignored files in it. */
      readonly ignored: boolean
      readonly by: Principal
    }
  | { readonly type: 'tree.removed'; readonly slot: SlotId }
  /** A person took an adopted or forgotten one back: the leak is over. */
  | {
      readonly type: 'tree.repaired'
      readonly machine: MachineId
      readonly pool: string
      readonly kind: string
      readonly path: string
      readonly by: Principal
    }

export const TREE_EVENTS: Forms<TreeEvent> = {
  'tree.acquired': {
    fields: {
      slot: text(),
      pool: text(),
      repository: text(),
      machine: text(),
      index: number,
      dir: text(),
      holder: slotHolder,
      attempt: orNull(text()),
      branch: orNull(text()),
    },
    line: ({ slot, holder, attempt }) => [slot, `tree given to ${attempt ?? sayHolder(holder)}`],
  },
  'tree.ready': {
    fields: {
      slot: text(),
      attempt: orNull(text()),
      created: flag,
      path: text(),
      branch: orNull(text()),
      base: slotBase,
      needs: list(text<AttemptId>()),
      setupKey: orNull(text()),
      ports: portNumbers,
      stale: orNull(text()),
    },
    line: ({ slot, branch, base, stale }) =>
      stale === null
        ? [slot, `ready at ${base.oid.slice(0, 8)}${branch === null ? '' : ` on ${branch}`}`]
        : [slot, `ready at ${base.oid.slice(0, 8)}, which may be old: ${stale}`, 'warn'],
  },
  'tree.refused': {
    fields: {
      slot: text(),
      attempt: orNull(text()),
      reason: text(),
      conflicts: list(text()),
      isTaken: since(false, flag),
    },
    line: ({ slot, reason }) => [slot, `not made ready${why(reason)}`, 'bad'],
  },
  'tree.saved': {
    fields: {
      slot: text(),
      attempt: orNull(text()),
      ref: text(),
      oid: text(),
      files: number,
      reason: text(),
    },
    line: ({ slot, ref, files, reason }) => [
      slot,
      `saved ${files === 1 ? '1 file' : `${files} files`} as ${ref}${why(reason)}`,
      'warn',
    ],
  },
  'tree.escaped': {
    fields: { slot: text(), attempt: text(), found: list(text()) },
    line: ({ attempt, found }) => [attempt, `worked outside of its tree: ${found.join('; ')}`, 'bad'],
  },
  'tree.given_back': { fields: { slot: text() }, line: ({ slot }) => [slot, 'given back'] },
  'tree.released': {
    fields: { slot: text(), attempt: orNull(text()), head: orNull(text()), commits: number, files: number },
    line: ({ slot, commits, files }) => [slot, `free again: ${commits} commits, ${files} files changed`],
  },
  'tree.stuck': {
    fields: { slot: text(), reason: text(), retryAt: number, forIgnored: since(false, flag) },
    line: ({ slot, reason }) => [slot, `stuck${why(reason)}`, 'warn'],
  },
  'tree.leaked': {
    fields: LEAK_FIELDS,
    line: ({ machine, kind, path }) => [machine, `${kind}: ${path}`, 'warn'],
  },
  'tree.leak_ended': {
    fields: { machine: text(), pool: text(), path: text() },
    line: ({ machine, path }) => [machine, `in order again: ${path}`],
  },
  'tree.removal_requested': {
    fields: { slot: text(), ignored: flag, by: principal },
    line: ({ slot, by }) => [slot, `removal asked for by ${namePrincipal(by)}`],
  },
  'tree.removed': { fields: { slot: text() }, line: ({ slot }) => [slot, 'removed'] },
  'tree.repaired': {
    fields: { machine: text(), pool: text(), kind: text(), path: text(), by: principal },
    line: ({ machine, kind, path, by }) => [machine, `${kind} repaired for ${namePrincipal(by)}: ${path}`],
  },
}

export function sayHolder(holder: SlotHolder): string {
  switch (holder.kind) {
    case 'attempt':
      return holder.attempt
    case 'agent':
      return holder.agent
    case 'merge':
      return `merge ${holder.merge}`
  }
}
