import {
  lacksPull,
  newMerge,
  type MergeBatch,
  type MergeEntry,
  type MergeRecord,
} from '../../merges/records.js'
import type { TaskId } from '../../ids.js'
import type { RunEvent } from '../events.js'
import type { Fold } from './fold.js'

type MergeEvent = Extract<RunEvent, { type: `merge.${string}` }>
type Of<T extends MergeEvent['type']> = Extract<MergeEvent, { type: T }>

/** What is about an earlier batch changes nothing. */
export function reduceMerge(fold: Fold, event: MergeEvent): void {
  const { state } = fold
  const record = state.merges.get(event.merge) ?? newMerge(event.merge)
  const next = changed(fold, record, event)
  if (next !== record) state.merges.set(event.merge, next)
}

function changed(fold: Fold, record: MergeRecord, event: MergeEvent): MergeRecord {
  switch (event.type) {
    case 'merge.queued':
      return queued(record, event)
    case 'merge.requested':
      return requested(record, event)
    case 'merge.built':
      return built(record, event)
    case 'merge.resolving':
      return withEntry(record, event.task, (entry) => ({
        resolver: event.resolver,
        conflicts: entry.conflicts + 1,
      }))
    case 'merge.verified':
      return withBatch(record, event.batch, (batch) => ({
        runs: [...batch.runs, { links: event.links, ok: event.ok }],
        failed: event.ok ? batch.failed : (event.checks.find(({ ok }) => !ok)?.command ?? batch.failed),
      }))
    case 'merge.probe_built':
      return withBatch(record, event.batch, () => ({ probe: { links: event.links, commit: event.commit } }))
    case 'merge.probed':
      return withBatch(record, event.batch, (batch) => ({
        probe: null,
        probes: [...batch.probes, { links: event.links, ok: event.ok }],
      }))
    case 'merge.landing':
      return withBatch(record, event.batch, () => ({ landing: event.links }))
    case 'merge.landed':
      return landed(fold, record, event)
    case 'merge.moved':
      return record.batch?.number === event.batch ? { ...record, batch: null } : record
    case 'merge.rejected': {
      const { against, reason } = event
      const next = withEntry(record, event.task, () => ({ status: 'rejected', against, reason }))
      return { ...next, batch: null }
    }
    case 'merge.offered':
      return offered(record, event)
    case 'merge.closed':
      return closed(fold, record, event)
    case 'merge.held':
      return { ...record, held: event.reason, batch: null }
  }
}

function queued(record: MergeRecord, event: Of<'merge.queued'>): MergeRecord {
  const { task, attempt, agent, machine, branch, oid, at } = event
  const before = record.entries.get(task)
  if (before?.oid === oid && before.status !== 'conflicted') return record
  const entry: MergeEntry = {
    task,
    attempt,
    agent,
    machine,
    branch,
    oid,
    queuedAt: before?.queuedAt ?? at,
    status: 'queued',
    reason: null,
    files: [],
    against: [],
    onto: null,
    resolver: before?.resolver ?? null,
    conflicts: before?.conflicts ?? 0,
    url: null,
  }
  return { ...record, entries: new Map(record.entries).set(task, entry) }
}

function requested(record: MergeRecord, { tasks }: Of<'merge.requested'>): MergeRecord {
  const entries = new Map(record.entries)
  for (const entry of record.entries.values()) {
    const isMeant = tasks.length === 0 || tasks.includes(entry.task)
    const isStuck = entry.status === 'rejected' || entry.status === 'conflicted'
    if (isMeant && lacksPull(entry)) entries.set(entry.task, { ...entry, reason: null })
    if (isMeant && isStuck) entries.set(entry.task, { ...entry, status: 'queued', reason: null })
  }
  return { ...record, entries, held: null, asked: new Set([...record.asked, ...tasks]) }
}

function built(record: MergeRecord, event: Of<'merge.built'>): MergeRecord {
  if (record.batch !== null || event.batch !== record.batches + 1) return record
  let next: MergeRecord = { ...record, batches: event.batch }
  for (const { task, files, against, onto } of event.conflicts) {
    const whom = against.length === 0 ? 'the target' : against.join(', ')
    const reason = `conflicts with ${whom} in ${files.slice(0, 10).join(', ')}`
    next = withEntry(next, task, () => ({ status: 'conflicted', files, against, onto, reason }))
  }
  if (event.links.length === 0) return next
  const batch: MergeBatch = {
    number: event.batch,
    base: event.base,
    links: event.links,
    runs: [],
    probes: [],
    probe: null,
    failed: null,
    landing: null,
    landed: 0,
  }
  return { ...next, batch }
}

function landed({ state, at }: Fold, record: MergeRecord, event: Of<'merge.landed'>): MergeRecord {
  const { repository, into, oid, machine, tasks, merge } = event
  const key = `${repository}/${into}`
  const { batch } = record
  const isOfBatch = event.batch !== null && event.batch === batch?.number
  if (event.batch !== null && !isOfBatch) return record
  if (event.batch !== null || state.targets.get(key) === undefined)
    state.targets.set(key, { repository, into, oid, machine, at })
  for (const id of tasks) {
    const task = state.tasks.get(id)
    if (task !== undefined) state.tasks.set(id, { ...task, landed: { oid, into, by: merge, at } })
  }
  let next = record
  for (const id of tasks) next = withEntry(next, id, () => ({ status: 'landed', reason: null }))
  if (!isOfBatch) return next
  const links = batch.landing ?? batch.links.length
  const isAll = links === batch.links.length
  return { ...next, batch: isAll ? null : { ...batch, landing: null, landed: links } }
}

function offered(record: MergeRecord, { task, url, reason }: Of<'merge.offered'>): MergeRecord {
  const next = withEntry(record, task, (entry) => ({
    status: entry.status === 'landed' ? 'landed' : 'offered',
    url,
    reason,
  }))
  const { batch } = next
  if (batch === null) return next
  const isDone = batch.links.every(
    (link) => link.task === null || next.entries.get(link.task)?.status === 'offered',
  )
  return isDone ? { ...next, batch: null } : next
}

/** By others: where its commit is in a mirror, the next fetch of the target finds out. */
function closed({ state, at }: Fold, record: MergeRecord, event: Of<'merge.closed'>): MergeRecord {
  const { task: id, oid, into, merge, url } = event
  if (record.entries.get(id)?.url !== url) return record
  if (oid === null) {
    const reason = `its pull request ${url} was closed without being merged`
    return withEntry(record, id, () => ({ status: 'rejected', reason, against: [] }))
  }
  const task = state.tasks.get(id)
  if (task !== undefined) state.tasks.set(id, { ...task, landed: { oid, into, by: merge, at } })
  return withEntry(record, id, () => ({ status: 'landed', reason: null }))
}

function withEntry(
  record: MergeRecord,
  task: TaskId,
  change: (entry: MergeEntry) => Partial<MergeEntry>,
): MergeRecord {
  const entry = record.entries.get(task)
  if (entry === undefined) return record
  return { ...record, entries: new Map(record.entries).set(task, { ...entry, ...change(entry) }) }
}

function withBatch(
  record: MergeRecord,
  number: number,
  change: (batch: MergeBatch) => Partial<MergeBatch>,
): MergeRecord {
  const { batch } = record
  if (batch?.number !== number) return record
  return { ...record, batch: { ...batch, ...change(batch) } }
}
