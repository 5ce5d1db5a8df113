/** Merge queues: what is queued, built, verified and landed next, and what tasks that wait for a queue are told. */
import { askedId, type TaskId } from '../ids.js'
import { isReachable } from '../run/index/machine-reach.js'
import { indexOf } from '../run/index/index-run.js'
import type { Plan } from '../run/decide/plan.js'
import type { RunState } from '../run/state.js'
import { freePlace } from '../trees/free-slot.js'
import type { SlotRecord } from '../trees/records.js'
import { answerOf } from './merge-answer.js'
import { branchesToQueue } from './branches.js'
import { inMergeOrder } from './merge-order.js'
import type { MergeStep } from './merge-step.js'
import { nextCheck } from './next-check.js'
import { isAskedFor, newMerge, type MergeBatch, type MergeRecord } from './records.js'
import { needsResolver } from './resolver.js'
import type { MergeSpec } from './spec.js'
import { ancestorsOf, mergeOfTask } from './task-merge.js'

export function decideMerges(plan: Plan): void {
  const { state } = plan
  if (state.layout === null || state.layout.merges.length === 0) return giveBackAll(plan)
  for (const spec of state.layout.merges) {
    const record = state.merges.get(spec.id) ?? newMerge(spec.id)
    for (const branch of branchesToQueue(state, spec, record))
      recordEvent(plan, { type: 'merge.queued', merge: spec.id, ...branch })
    if (isReachable(state, spec.machine)) decideQueue(plan, spec, record)
  }
  decideActs(plan)
}

/** Whether something is still to be landed by itself: the run is not over then. */
export function hasOpenMerges(state: RunState): boolean {
  for (const spec of state.layout?.merges ?? []) {
    const record = state.merges.get(spec.id)
    if (branchesToQueue(state, spec, record ?? newMerge(spec.id)).length > 0) return true
    if (record === undefined || record.held !== null) continue
    if (record.batch !== null) return true
    for (const entry of record.entries.values()) {
      if (entry.status === 'queued' || isAskedFor(entry)) return true
      if (entry.status === 'conflicted' && needsResolver(state, spec, entry)) return true
    }
  }
  return false
}

function decideQueue(plan: Plan, spec: MergeSpec, record: MergeRecord): void {
  const { state } = plan
  const { batch } = record
  for (const entry of record.entries.values()) {
    if (isAskedFor(entry))
      step(plan, spec, { kind: 'request', task: entry.task }, `${entry.task}.${entry.oid}`)
    if (entry.status !== 'conflicted' || !needsResolver(state, spec, entry)) continue
    const resolver = freeName(state, entry.task, entry.conflicts + 1)
    step(plan, spec, { kind: 'resolve', task: entry.task, resolver }, `${entry.task}.${entry.conflicts}`)
  }
  if (batch !== null && (state.phase !== 'paused' || batch.landing !== null)) {
    decideBatch(plan, spec, batch)
    return
  }
  giveBack(plan, spec.id)
  if (batch !== null || record.held !== null || state.phase === 'paused') return
  const queued = [...record.entries.values()].filter((entry) => entry.status === 'queued')
  if (queued.length === 0) return
  const tasks = inMergeOrder(queued, spec.order, (task) => weightOf(state, task))
    .slice(0, spec.batch)
    .map(({ task }) => task)
  step(
    plan,
    spec,
    { kind: 'build', batch: record.batches + 1, tasks },
    `${record.batches + 1} ${tasks.join(' ')}`,
  )
}

function weightOf(state: RunState, task: TaskId) {
  const spec = state.tasks.get(task)?.spec
  return {
    priority: spec?.priority ?? 100,
    remainingMs: indexOf(state).graph.nodes.get(task)?.remainingMs ?? 0,
    after: [...ancestorsOf(state, task)],
  }
}

function decideBatch(plan: Plan, spec: MergeSpec, batch: MergeBatch): void {
  const merge = spec.id
  const next = nextCheck(batch, spec.verify.length > 0)
  switch (next.type) {
    case 'verify': {
      const commit = next.links === 0 ? batch.base : batch.links[next.links - 1]!.commit
      const run = batch.runs.filter(({ links }) => links === next.links).length
      return verify(plan, spec, commit, { batch: batch.number, links: next.links, run, isProbe: false })
    }
    case 'probe': {
      const { links, breaker } = next
      if (batch.probe?.links !== links)
        return step(
          plan,
          spec,
          { kind: 'probe', batch: batch.number, links, breaker },
          `${batch.number}.${links}`,
        )
      return verify(plan, spec, batch.probe.commit, { batch: batch.number, links, run: 0, isProbe: true })
    }
    case 'land':
      if (batch.landing === null)
        return recordEvent(plan, { type: 'merge.landing', merge, batch: batch.number, links: next.links })
      return step(plan, spec, { kind: 'land', batch: batch.number, links: next.links }, String(batch.number))
    case 'reject': {
      const breaker = batch.links[next.breaker - 1]!
      const partner = next.partner === 0 ? undefined : batch.links[next.partner - 1]!
      const what = batch.failed ?? 'verify'
      if (breaker.task === null)
        return recordEvent(plan, { type: 'merge.held', merge, reason: `what others pushed is red: ${what}` })
      const whom = partner?.task ?? 'what others pushed'
      const reason =
        partner === undefined
          ? `it is red on top of ${spec.into}, which is green: ${what}`
          : `green by itself, and red together with ${whom}: ${what}`
      const against = partner?.task == null ? [] : [partner.task]
      return recordEvent(plan, { type: 'merge.rejected', merge, task: breaker.task, against, reason })
    }
    case 'hold': {
      const reason = `${spec.into} itself is red: ${batch.failed ?? 'verify'}`
      return recordEvent(plan, { type: 'merge.held', merge, reason })
    }
  }
}

/** In a tree of the pool, which is made ready for each run as for an attempt. */
function verify(
  plan: Plan,
  spec: MergeSpec,
  commit: string,
  run: { readonly batch: number; readonly links: number; readonly run: number; readonly isProbe: boolean },
): void {
  const { state } = plan
  const held = [...state.slots.values()].find(({ holder }) => isOf(holder, spec.id))
  if (held !== undefined) {
    if (held.holder?.kind === 'merge' && held.holder.oid !== commit) return giveBack(plan, spec.id)
    if (held.state === 'ready')
      step(
        plan,
        spec,
        { kind: 'verify', ...run, slot: held.id },
        `${run.batch}.${run.links}.${run.run}.${run.isProbe}`,
      )
    return
  }
  const pool = state.layout?.trees.find(({ id }) => id === spec.pool)
  const place = pool === undefined ? null : freePlace(state, pool, spec.machine)
  if (pool === undefined || place === null) return
  const { id, repository, dir } = pool
  recordEvent(plan, {
    type: 'tree.acquired',
    slot: place.slot,
    pool: id,
    repository,
    machine: spec.machine,
    index: place.index,
    dir,
    holder: { kind: 'merge', merge: spec.id, oid: commit },
    attempt: null,
    branch: null,
  })
}

function isOf(holder: SlotRecord['holder'], merge: string): boolean {
  return holder?.kind === 'merge' && holder.merge === merge
}

function giveBack(plan: Plan, merge: string): void {
  for (const slot of plan.state.slots.values())
    if (isOf(slot.holder, merge) && (slot.state === 'ready' || slot.state === 'preparing'))
      recordEvent(plan, { type: 'tree.given_back', slot: slot.id })
}

/** Of queues that the layout has no more. */
function giveBackAll(plan: Plan): void {
  for (const { holder } of plan.state.slots.values())
    if (holder?.kind === 'merge') giveBack(plan, holder.merge)
}

/** Tasks that merge, or offer a pull request. */
function decideActs(plan: Plan): void {
  const { state, index } = plan
  for (const id of index.liveAttempts) {
    const attempt = state.attempts.get(id)
    const act = attempt?.told.task.act
    if (attempt === undefined || act == null || attempt.phase !== 'running') continue
    const spec = mergeOfTask(state, attempt.told.task)
    const answer = answerOf(state, spec, attempt)
    if (answer === 'waits') continue
    if (answer.outcome !== 'offer') {
      const proof = { kind: 'exit', outcome: answer.outcome, exitCode: null, text: answer.text } as const
      recordEvent(plan, { type: 'attempt.proved', attempt: id, proof })
    } else if (isReachable(state, spec!.machine))
      step(plan, spec!, { kind: 'offer', attempt: id, tasks: answer.tasks }, id)
  }
}

function step(plan: Plan, spec: MergeSpec, what: MergeStep, key: string): void {
  plan.actions.push({
    key: `merge.${what.kind}:${spec.id}:${key}`,
    type: 'merge.step',
    merge: spec.id,
    step: what,
  })
}

type Recorded = Extract<Plan['actions'][number], { type: 'record' }>['event']
function recordEvent(plan: Plan, event: Recorded): void {
  plan.actions.push({ key: `merge.record:${JSON.stringify(event)}`, type: 'record', event })
}

function freeName(state: RunState, task: TaskId, number: number): TaskId {
  for (let n = number; ; n += 1) {
    const suffix = `-merge-${n}`
    const id = askedId<TaskId>(`${task.slice(0, 64 - suffix.length)}${suffix}`)
    if (!state.tasks.has(id)) return id
  }
}
