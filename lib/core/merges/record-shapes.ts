/** The stored form of merge queues, in events and in the state. */
import type { AgentId, TaskId } from '../ids.js'
import { fields, flag, list, number, orNull, text, word, type Shape } from '../shape.js'
import type { MergeBatch, MergeEntry, MergeLink, StoredMerge } from './records.js'

export const mergeLink = fields<MergeLink>({ task: orNull(text<TaskId>()), oid: text(), commit: text() })

const entry = fields<MergeEntry>({
  task: text(),
  attempt: text(),
  agent: orNull(text<AgentId>()),
  machine: text(),
  branch: text(),
  oid: text(),
  queuedAt: number,
  status: word('queued', 'conflicted', 'rejected', 'offered', 'landed'),
  reason: orNull(text()),
  files: list(text()),
  against: list(text<TaskId>()),
  onto: orNull(text()),
  resolver: orNull(text<TaskId>()),
  conflicts: number,
  url: orNull(text()),
})

const run = fields<MergeBatch['runs'][number]>({ links: number, ok: flag })
const batch = fields<MergeBatch>({
  number,
  base: text(),
  links: list(mergeLink),
  runs: list(run),
  probes: list(run),
  probe: orNull(fields<NonNullable<MergeBatch['probe']>>({ links: number, commit: text() })),
  failed: orNull(text()),
  landing: orNull(number),
  landed: number,
})

export const storedMerge: Shape<StoredMerge> = fields<StoredMerge>({
  id: text(),
  entries: list(entry),
  batch: orNull(batch),
  batches: number,
  held: orNull(text()),
  asked: list(text<TaskId>()),
})
