import { askedId, attemptId, type AgentId, type MachineId, type TaskId } from '../../ids.js'
import { Dispatcher, type Floor } from '../dispatch/dispatcher.js'
import { ExecutionRoom } from '../dispatch/execution-room.js'
import { SortedQueue } from '../dispatch/sorted-queue.js'
import { TreeRoom } from '../dispatch/tree-room.js'
import { mayFallBack, type Pool } from '../index/index-pools.js'
import type { Rank } from '../index/index-ready.js'
import { poolOf, rankOf } from '../index/index-run.js'
import { localMachine } from '../index/machine-reach.js'
import { FreeAgents } from './free-agents.js'
import { MachineRoom } from './machine-room.js'
import { isDue, type Plan } from './plan.js'

/** Gives ready tasks to free agents, the most urgent task first. */
export function decideDispatch(plan: Plan): void {
  const { state } = plan
  if (!hasWork(plan)) return
  const room = new MachineRoom(state, plan.index)
  const free = new FreeAgents(plan, room)
  const dispatcher = new Dispatcher(floorOf(plan, room))
  const delayed = delayedOf(plan)
  addJobs(plan, dispatcher, delayed)
  if (!free.isEmpty) addTeams(plan, dispatcher, free, delayed)
  for (const { task, worker, machine } of dispatcher.assign())
    start(plan, task, worker === null ? null : askedId(worker.id), askedId(machine))
}

function hasWork({ index }: Plan): boolean {
  if (index.delayed.size > 0) return true
  for (const list of index.jobs.values()) if (list.size > 0) return true
  for (const pool of index.pools.values()) if (pool.ready.size > 0) return true
  return false
}

function floorOf({ state, index }: Plan, room: MachineRoom): Floor {
  const executions = new ExecutionRoom(state, index)
  const trees = new TreeRoom(state, index)
  const lastOf = (task: string) => {
    const last = state.tasks.get(askedId(task))?.attempts.at(-1)
    return last === undefined ? undefined : state.attempts.get(last)
  }
  return {
    specOf: (task) => state.tasks.get(task)?.spec,
    placeOf: (task) => lastOf(task)?.machine,
    lastWorkerOf: (task) => lastOf(task)?.agent ?? null,
    roomOf: (machine) => room.left(askedId(machine)),
    mayBegin: (task) => executions.has(task),
    takeTree: (id, worker, machine) => {
      const task = state.tasks.get(id)
      const agent = worker === null ? null : (state.agents.get(askedId(worker)) ?? null)
      return task !== undefined && trees.take(task, agent, askedId(machine))
    },
    begins: (task, machine) => {
      executions.take(task)
      room.take(askedId(machine))
    },
  }
}

/** Tasks whose pause before the next try is over: of a pool, or the jobs of a machine. */
type Delayed = ReadonlyMap<Pool | MachineId | null, readonly Rank[]>

function delayedOf(plan: Plan): Delayed {
  const { state, index } = plan
  const found = new Map<Pool | MachineId | null, Rank[]>()
  for (const id of index.delayed) {
    const task = state.tasks.get(id)
    if (task === undefined || !isDue(plan, task.notBefore)) continue
    const whose = task.spec.kind === 'command' ? task.spec.machine : poolOf(state, index, task)
    const ranks = found.get(whose)
    if (ranks === undefined) found.set(whose, [rankOf(index, task)])
    else ranks.push(rankOf(index, task))
  }
  return found
}

function addJobs({ state, index }: Plan, dispatcher: Dispatcher, delayed: Delayed): void {
  const machines = new Set(index.jobs.keys())
  for (const whose of delayed.keys()) if (whose === null || typeof whose === 'string') machines.add(whose)
  for (const id of machines) {
    const machine = id ?? localMachine(state)?.id
    if (machine === undefined) continue
    const queue = new SortedQueue(index.jobs.get(id)?.ranks ?? [], delayed.get(id))
    dispatcher.addJobs(`jobs of ${id ?? ''}`, queue, machine)
  }
}

function addTeams({ state, index }: Plan, dispatcher: Dispatcher, free: FreeAgents, delayed: Delayed): void {
  for (const pool of index.pools.values()) {
    const late = delayed.get(pool)
    if (pool.ready.size === 0 && late === undefined) continue
    const workers = free.of(pool, mayFallBack(state, pool))
    const isSole = pool.primaries.length === 1 && workers[0]?.id === pool.primaries[0]
    if (workers.length > 0)
      dispatcher.addTeam(pool.key, new SortedQueue(pool.ready.ranks, late), workers, isSole)
  }
}

function start(plan: Plan, task: TaskId, agent: AgentId | null, machine: MachineId): void {
  const attempts = plan.state.tasks.get(task)?.attempts.length ?? 0
  const attempt = attemptId(task, attempts + 1)
  plan.actions.push({
    key: `attempt.start:${attempt}`,
    type: 'attempt.start',
    attempt,
    task,
    agent,
    machine,
    recorded: false,
  })
}
