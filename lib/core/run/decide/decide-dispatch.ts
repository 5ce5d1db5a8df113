import { attemptId, type AgentId, type MachineId, type TaskId } from '../../ids.js'
import { isDue, type Plan } from './plan.js'
import { ExecutionRoom } from './execution-room.js'
import { FreeAgents } from './free-agents.js'
import { compareRank, type Rank } from '../index/index-ready.js'
import { mayFallBack, type Pool } from '../index/index-pools.js'
import { poolOf, rankOf } from '../index/index-run.js'
import { localMachine } from '../index/machine-reach.js'
import { MachineRoom } from './machine-room.js'
import { TreeRoom } from './tree-room.js'
import type { TaskRecord } from '../state.js'

interface Candidate {
  readonly rank: Rank
  readonly task: TaskRecord
  /** null: a job, which needs no agent. */
  readonly pool: Pool | null
}

/** Gives ready tasks to free agents, the most urgent task first. */
export function decideDispatch(plan: Plan): void {
  const { index } = plan
  if (!hasWork(plan)) return
  const room = new MachineRoom(plan.state, index)
  const trees = new TreeRoom(plan.state, index)
  const free = new FreeAgents(plan, room, trees)
  const executions = new ExecutionRoom(plan.state, index)
  const candidates: Candidate[] = []
  gatherJobs(plan, room, candidates)
  gatherDelayed(plan, candidates)
  if (!free.isEmpty) gatherReady(plan, { free, executions }, candidates)
  candidates.sort((a, b) => compareRank(a.rank, b.rank))
  for (const { task, pool } of candidates) {
    if (!executions.has(task.spec.id)) continue
    if (pool === null) startJob(plan, task, room, trees)
    else {
      const agent = free.take(task, pool, mayFallBack(plan.state, pool))
      if (agent === undefined) continue
      executions.take(task.spec.id)
      start(plan, task, agent.spec.id, agent.machine)
    }
  }
}

function hasWork({ index }: Plan): boolean {
  if (index.jobs.size > 0 || index.delayed.size > 0) return true
  for (const pool of index.pools.values()) if (pool.ready.size > 0) return true
  return false
}

/** Of each machine's jobs only as many as it has room for. */
function gatherJobs({ state, index }: Plan, room: MachineRoom, candidates: Candidate[]): void {
  const local = localMachine(state)?.id
  const taken = new Map<MachineId, number>()
  for (const rank of index.jobs.ranks) {
    const task = state.tasks.get(rank.task)
    const machine = task?.spec.machine ?? local
    if (task === undefined || machine === undefined) continue
    const count = taken.get(machine) ?? 0
    if (count >= room.left(machine)) continue
    taken.set(machine, count + 1)
    candidates.push({ rank, task, pool: null })
  }
}

/** Tasks whose pause before the next try is over. */
function gatherDelayed(plan: Plan, candidates: Candidate[]): void {
  const { state, index } = plan
  for (const id of index.delayed) {
    const task = state.tasks.get(id)
    if (task === undefined || !isDue(plan, task.notBefore)) continue
    const pool = task.spec.kind === 'command' ? null : poolOf(state, index, task)
    candidates.push({ rank: rankOf(index, task), task, pool })
  }
}

/** Of each pool only as many as there are agents free for it: all its tasks want the same ones. */
function gatherReady(
  plan: Plan,
  { free, executions }: { readonly free: FreeAgents; readonly executions: ExecutionRoom },
  candidates: Candidate[],
): void {
  const { state, index } = plan
  for (const pool of index.pools.values()) {
    if (pool.ready.size === 0) continue
    const limit = free.countFor(pool, mayFallBack(state, pool))
    let count = 0
    for (const rank of pool.ready.ranks) {
      if (count >= limit) break
      // One that has to wait for others of its execution stands in nobody's way.
      const task = executions.has(rank.task) ? state.tasks.get(rank.task) : undefined
      if (task === undefined) continue
      candidates.push({ rank, task, pool })
      count += 1
    }
  }
}

function startJob(plan: Plan, task: TaskRecord, room: MachineRoom, trees: TreeRoom): void {
  const machine = task.spec.machine ?? localMachine(plan.state)?.id
  if (machine === undefined || !trees.take(task, null, machine)) return
  if (room.take(machine)) start(plan, task, null, machine)
}

function start(plan: Plan, task: TaskRecord, agent: AgentId | null, machine: MachineId): void {
  const id: TaskId = task.spec.id
  const attempt = attemptId(id, task.attempts.length + 1)
  plan.actions.push({
    key: `attempt.start:${attempt}`,
    type: 'attempt.start',
    attempt,
    task: id,
    agent,
    machine,
    recorded: false,
  })
}
