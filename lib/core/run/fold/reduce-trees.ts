/** Slots: one holder at a time (T2), never another index twice (T6), and nothing that was saved is forgotten (T1). */
import { askedId, type TaskId } from '../../ids.js'
import { leakKey, type SlotRecord } from '../../trees/records.js'
import type { RunEvent } from '../events.js'
import { treeDirectory } from '../task-directory.js'
import { endAttempt } from './end-attempt.js'
import { putAttempt, type Fold } from './fold.js'

type TreeEvent = Extract<RunEvent, { type: `tree.${string}` }>
type Of<T extends TreeEvent['type']> = Extract<TreeEvent, { type: T }>

const AGAIN_MS = 30_000
/** Saved work that is listed; older ones stand in the journal, and under their refs. */
const KEPT = 500

export function reduceTree(fold: Fold, event: TreeEvent): void {
  switch (event.type) {
    case 'tree.leaked': {
      const { machine, pool, kind, name, path, bytes, at } = event
      const key = leakKey(event)
      const since = fold.state.leaks.get(key)?.at ?? at
      return void fold.state.leaks.set(key, { machine, pool, kind, name, path, bytes, at: since })
    }
    case 'tree.leak_ended':
    case 'tree.repaired':
      return void fold.state.leaks.delete(leakKey(event))
    case 'tree.escaped':
      return
    case 'tree.acquired':
      return acquired(fold, event)
    default:
  }
  const slot = fold.state.slots.get(event.slot)
  if (slot === undefined) return
  const { slots } = fold.state
  const put = (change: Partial<SlotRecord>) => void slots.set(slot.id, { ...slot, ...change })
  switch (event.type) {
    case 'tree.ready':
      return ready(fold, slot, event)
    case 'tree.refused':
      return refused(fold, slot, event)
    case 'tree.saved':
      return saved(fold, slot, event)
    case 'tree.given_back':
      if (slot.holder?.kind === 'merge' && (slot.state === 'ready' || slot.state === 'preparing'))
        put({ state: 'releasing', since: event.at })
      return
    case 'tree.released':
      return released(fold, slot, event)
    case 'tree.stuck':
      return put({
        state: 'stuck',
        stuckIn: slot.state === 'removing' || slot.stuckIn === 'removing' ? 'removing' : 'releasing',
        since: slot.state === 'stuck' ? slot.since : event.at,
        stuckForIgnored: event.forIgnored,
        reason: event.reason,
        retryAt: event.retryAt,
      })
    case 'tree.removal_requested':
      return put({ removal: { ignored: event.ignored || slot.removal?.ignored === true }, retryAt: null })
    case 'tree.removed':
      if (slot.holder === null) slots.delete(slot.id)
      return
  }
}

function acquired({ state, ...fold }: Fold, event: Of<'tree.acquired'>): void {
  const { at, slot: id, pool, repository, machine, index, dir, holder, branch } = event
  const known = state.slots.get(id)
  const isKept =
    known?.state === 'ready' &&
    known.holder?.kind === 'agent' &&
    holder.kind === 'agent' &&
    known.holder.agent === holder.agent
  const isFree = known === undefined || (known.state === 'free' && known.holder === null)
  if (!isFree && !isKept) return
  const attempt = event.attempt === null ? undefined : state.attempts.get(event.attempt)
  if (event.attempt !== null) {
    if (attempt?.phase !== 'starting' || attempt.tree === null || attempt.tree.slot !== null) return
    putAttempt({ state, ...fold }, { ...attempt, tree: { ...attempt.tree, slot: id, branch } })
  }
  state.slots.set(id, {
    ...(known ?? { path: null, base: null, setupKey: null, ports: {}, removal: null }),
    id,
    pool,
    repository,
    machine,
    index,
    dir,
    state: 'preparing',
    stuckIn: null,
    stuckForIgnored: false,
    holder,
    attempt: event.attempt,
    branch,
    since: at,
    lastUsedAt: at,
    reason: null,
    retryAt: null,
  })
}

function ready(fold: Fold, slot: SlotRecord, event: Of<'tree.ready'>): void {
  if (slot.state !== 'preparing' || slot.attempt !== event.attempt) return
  const { path, branch, base, needs, setupKey, ports } = event
  fold.state.slots.set(slot.id, {
    ...slot,
    state: 'ready',
    since: event.at,
    path,
    branch,
    base,
    setupKey,
    ports,
    reason: event.stale,
  })
  const attempt = event.attempt === null ? undefined : fold.state.attempts.get(event.attempt)
  if (attempt?.tree?.slot !== slot.id || attempt.phase !== 'starting') return
  putAttempt(fold, {
    ...attempt,
    directory: treeDirectory(path, attempt.told.task.cwd),
    tree: { ...attempt.tree, path, base: base.oid, needs },
  })
}

const RELEASED = (): Partial<SlotRecord> => ({ state: 'releasing' })
/** An agent that could not begin yet. */
const LATER = (at: number): Partial<SlotRecord> => ({
  state: 'stuck',
  stuckIn: 'releasing',
  retryAt: at + AGAIN_MS,
})
/** An agent lives there: it stays as it is, for the next attempt. */
const KEPT_ON = (): Partial<SlotRecord> => ({ state: 'ready', attempt: null })

/** Conflicts of what it needs are nothing that another try would change. */
function refused(fold: Fold, slot: SlotRecord, event: Of<'tree.refused'>): void {
  if (slot.state !== 'preparing' || slot.attempt !== event.attempt) return
  const { at, reason } = event
  const after = slot.holder?.kind !== 'agent' ? RELEASED : slot.path === null ? LATER : KEPT_ON
  fold.state.slots.set(slot.id, { ...slot, ...after(at), since: at, reason })
  const attempt = event.attempt === null ? undefined : fold.state.attempts.get(event.attempt)
  if (attempt?.phase !== 'starting') return
  if (event.isTaken && attempt.tree !== null && slot.holder?.kind === 'attempt')
    return putAttempt(fold, { ...attempt, tree: { ...attempt.tree, slot: null, branch: null } })
  endAttempt(fold, attempt, {
    status: 'failed',
    cause: event.conflicts.length > 0 ? 'conflict' : 'tree',
    reason: event.reason,
    screen: null,
  })
}

function saved({ state, at }: Fold, slot: SlotRecord, event: Of<'tree.saved'>): void {
  const { ref, oid, files, reason } = event
  const task: TaskId | null =
    event.attempt === null ? null : (state.attempts.get(event.attempt)?.task ?? taskOf(event.attempt))
  const { id, machine, repository } = slot
  state.saved.delete(ref)
  state.saved.set(ref, { ref, oid, slot: id, machine, repository, task, files, why: reason, at })
  for (const oldest of state.saved.keys()) {
    if (state.saved.size <= KEPT) break
    state.saved.delete(oldest)
  }
}

function taskOf(attempt: string): TaskId {
  return askedId(attempt.slice(0, attempt.lastIndexOf('.')))
}

function released(fold: Fold, slot: SlotRecord, event: Of<'tree.released'>): void {
  if (slot.state === 'free' || slot.state === 'removing') return
  const attempt = slot.attempt === null ? undefined : fold.state.attempts.get(slot.attempt)
  if (attempt?.tree?.slot === slot.id && event.head !== null && attempt.tree.head === null) {
    const { head, commits, files } = event
    fold.state.attempts.set(attempt.id, { ...attempt, tree: { ...attempt.tree, head, commits, files } })
  }
  fold.state.slots.set(slot.id, {
    ...slot,
    state: 'free',
    stuckIn: null,
    stuckForIgnored: false,
    holder: null,
    attempt: null,
    branch: null,
    since: event.at,
    lastUsedAt: event.at,
    reason: null,
    retryAt: null,
  })
}
