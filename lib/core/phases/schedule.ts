/**
 * What is left of a run, played forward by the dispatcher of the run itself, over durations that the caller chooses. Hand-over,
 * checks and people cost nothing here. A spec holds it against the simulator, which runs `decide`.
 */
import { askedId, type AgentId, type TaskId } from '../ids.js'
import { Dispatcher, type Assignment } from '../run/dispatch/dispatcher.js'
import { ExecutionRoom } from '../run/dispatch/execution-room.js'
import type { Worker } from '../run/dispatch/shelf.js'
import { TreeRoom } from '../run/dispatch/tree-room.js'
import { indexOf, poolOf, rankOf, type RunIndex } from '../run/index/index-run.js'
import { localMachine } from '../run/index/machine-reach.js'
import type { AgentRecord, RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import { crewOf } from './crews.js'
import { isLeftOut } from './left-out.js'
import { leftOf } from './left-of.js'
import { RankQueue } from './rank-queue.js'
import { drained, type Steps } from '../steps.js'
import { TimeQueue } from './time-queue.js'

export interface ScheduleOptions {
  readonly now: Millis
  /** How much longer than estimated a task takes. */
  readonly factor: (task: TaskRecord) => number
  /** This many more workers of a role. */
  readonly more?: { readonly role: string | null; readonly count: number }
  /** Tasks that are not done at all. */
  readonly without?: ReadonlySet<string>
  /** Only these are dispatched until all of them are done. */
  readonly focus?: ReadonlySet<string> | null
}

export interface Slot {
  readonly task: string
  readonly worker: string | null
  readonly startAt: Millis
  readonly endAt: Millis
}

export interface Schedule {
  /** Of tasks, gates and phases that were open. */
  readonly ends: ReadonlyMap<string, Millis>
  readonly slots: readonly Slot[]
  /** `now` when nothing is left. */
  readonly endAt: Millis
}

/** Tasks or nodes that are looked at in one step, a fraction of a millisecond. */
const STEP_OF = 200

type Happening =
  | { readonly type: 'end'; readonly task: TaskId; readonly worker: Worker | null; readonly machine: string }
  | { readonly type: 'ready'; readonly task: TaskRecord }
  | { readonly type: 'free'; readonly worker: Worker }

export function schedule(state: RunState, options: ScheduleOptions): Schedule {
  return drained(scheduleSteps(state, options))
}

/** A step is one moment of the schedule. The state must not change in between: `frozenRun`. */
export function scheduleSteps(state: RunState, options: ScheduleOptions): Steps<Schedule> {
  return new Planner(state, options).play()
}

class Planner {
  readonly #state: RunState
  readonly #index: RunIndex
  readonly #options: ScheduleOptions
  readonly #queue = new TimeQueue<Happening>()
  readonly #open = new Map<string, number>()
  readonly #done = new Set<string>()
  readonly #dispatcher: Dispatcher
  readonly #queues = new Map<string, RankQueue>()
  readonly #workers = new Map<string, Worker>()
  readonly #executions: ExecutionRoom
  readonly #trees: TreeRoom
  readonly #rooms = new Map<string, number>()
  readonly #ends = new Map<string, Millis>()
  /** Where tasks are or were worked on. */
  readonly #places = new Map<string, string>()
  readonly #slots: Slot[] = []
  readonly #held: TaskRecord[] = []
  #focusLeft = 0
  #now: Millis

  constructor(state: RunState, options: ScheduleOptions) {
    this.#state = state
    this.#index = indexOf(state)
    this.#options = options
    this.#now = options.now
    this.#executions = new ExecutionRoom(state, this.#index)
    this.#trees = new TreeRoom(state, this.#index)
    const lastOf = (task: string) => {
      const last = state.tasks.get(askedId(task))?.attempts.at(-1)
      return last === undefined ? undefined : state.attempts.get(last)
    }
    this.#dispatcher = new Dispatcher({
      specOf: (task) => state.tasks.get(task)?.spec,
      placeOf: (task) => this.#places.get(task) ?? lastOf(task)?.machine,
      lastWorkerOf: (task) => lastOf(task)?.agent ?? null,
      roomOf: (machine) => this.#roomOf(machine),
      mayBegin: (task) => this.#executions.has(task),
      takeTree: (task, worker, machine) => this.#takeTree(task, worker, machine),
      begins: (task, machine) => {
        this.#rooms.set(machine, this.#roomOf(machine) - 1)
        this.#executions.take(task)
      },
    })
  }

  *play(): Steps<Schedule> {
    yield* this.#begin()
    for (;;) {
      for (const given of this.#dispatcher.assign()) this.#start(given)
      const { next } = this.#queue
      if (next === null) break
      this.#now = Math.max(this.#now, next)
      while (this.#queue.next !== null && this.#queue.next <= this.#now) this.#happen(this.#queue.take()!)
      yield
    }
    const endAt = this.#slots.reduce((latest, slot) => Math.max(latest, slot.endAt), this.#options.now)
    return { ends: this.#ends, slots: this.#slots, endAt }
  }

  *#begin(): Steps<void> {
    const { nodes } = this.#index.graph
    let looked = 0
    for (const { spec } of this.#state.machines.values()) this.#rooms.set(spec.id, spec.capacity ?? Infinity)
    for (const task of this.#state.tasks.values()) {
      if (++looked % STEP_OF === 0) yield
      if (this.#isOut(task)) this.#done.add(task.spec.id)
      else if (this.#options.focus?.has(task.spec.id) === true) this.#focusLeft += 1
    }
    yield
    for (const node of nodes.values()) {
      if (node.outcome === 'met' || node.kind === 'missing') this.#done.add(node.id)
    }
    for (const node of nodes.values()) {
      if (++looked % STEP_OF === 0) yield
      if (this.#done.has(node.id)) continue
      this.#open.set(
        node.id,
        node.needs.reduce((open, id) => open + Number(!this.#done.has(id)), 0),
      )
    }
    // Running work keeps its worker and its room.
    for (const task of this.#state.tasks.values()) {
      if (++looked % STEP_OF === 0) yield
      if (!this.#done.has(task.spec.id)) this.#goOn(task)
    }
    for (const [id, open] of this.#open) {
      if (++looked % STEP_OF === 0) yield
      if (open === 0) this.#reach(id)
    }
  }

  #isOut(task: TaskRecord): boolean {
    const { spec, status } = task
    if (status === 'COMPLETED' || isLeftOut(task) || this.#options.without?.has(spec.id) === true) return true
    // That something else fails is not foreseen.
    return spec.when === 'on_failure' && (status === 'PENDING' || status === 'BLOCKED')
  }

  #goOn(task: TaskRecord): void {
    const last = task.status === 'IN_PROGRESS' ? task.attempts.at(-1) : undefined
    const attempt = last === undefined ? undefined : this.#state.attempts.get(last)
    if (attempt === undefined) return
    this.#open.delete(task.spec.id)
    const agent = attempt.agent === null ? undefined : this.#state.agents.get(attempt.agent)
    const worker = agent === undefined ? null : this.#workerOf(agent)
    if (worker !== null) this.#dispatcher.setFree(worker, false)
    // Its execution and its tree count it already.
    this.#rooms.set(attempt.machine, this.#roomOf(attempt.machine) - 1)
    const waits = agent !== undefined && agent.spec.onLimit !== 'move'
    const wakesAt = waits ? limitedUntil(agent, this.#now) : null
    this.#start({ task: task.spec.id, worker, machine: attempt.machine }, wakesAt)
  }

  /** All that a node needs is there. */
  #reach(id: string): void {
    const todo = [id]
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (this.#done.has(at)) continue
      const task = this.#state.tasks.get(at as TaskRecord['spec']['id'])
      if (task !== undefined) {
        const { notBefore } = task
        if (notBefore !== null && notBefore > this.#now) this.#queue.add(notBefore, { type: 'ready', task })
        else this.#enlist(task)
        continue
      }
      this.#done.add(at)
      this.#ends.set(at, this.#now)
      todo.push(...this.#freed(at))
    }
  }

  /** Those behind it that wait for nothing more. */
  #freed(id: string): string[] {
    const free: string[] = []
    for (const dependent of this.#index.graph.nodes.get(id)?.dependents ?? []) {
      const open = this.#open.get(dependent)
      if (open === undefined) continue
      this.#open.set(dependent, open - 1)
      if (open === 1) free.push(dependent)
    }
    return free
  }

  #enlist(task: TaskRecord): void {
    const { focus } = this.#options
    if (this.#focusLeft > 0 && focus != null && !focus.has(task.spec.id)) this.#held.push(task)
    else this.#queueOf(task).add(rankOf(this.#index, task))
  }

  #happen(happening: Happening): void {
    switch (happening.type) {
      case 'ready':
        return this.#enlist(happening.task)
      case 'free':
        return this.#dispatcher.setFree(happening.worker, true)
      case 'end': {
        const { task, worker, machine } = happening
        this.#done.add(task)
        this.#ends.set(task, this.#now)
        this.#rooms.set(machine, this.#roomOf(machine) + 1)
        this.#giveBack(task, worker, machine)
        if (worker !== null) {
          worker.lastUsedAt = this.#now
          this.#dispatcher.setFree(worker, true)
        }
        for (const free of this.#freed(task)) this.#reach(free)
        if (this.#options.focus?.has(task) !== true) return
        this.#focusLeft -= 1
        if (this.#focusLeft === 0) for (const held of this.#held.splice(0)) this.#enlist(held)
      }
    }
  }

  #giveBack(id: TaskId, worker: Worker | null, machine: string): void {
    this.#executions.give(id)
    const task = this.#state.tasks.get(id)
    if (machine !== '' && task !== undefined)
      this.#trees.give(task, this.#agentOf(worker?.id ?? null), askedId(machine))
  }

  #takeTree(id: TaskId, worker: string | null, machine: string): boolean {
    const task = this.#state.tasks.get(id)
    // Nobody is there for it, or somebody who would have to come first.
    if (machine === '' || task === undefined) return true
    return this.#trees.take(task, this.#agentOf(worker), askedId(machine))
  }

  #agentOf(worker: string | null): AgentRecord | null {
    return worker === null ? null : (this.#state.agents.get(askedId(worker)) ?? null)
  }

  #roomOf(machine: string): number {
    return this.#rooms.get(machine) ?? Infinity
  }

  /** `wakesAt`: its agent is limited until then. */
  #start({ task: id, worker, machine }: Assignment, wakesAt: Millis | null = null): void {
    const task = this.#state.tasks.get(id)!
    const whole = task.spec.estimateMs * this.#options.factor(task)
    const startAt = this.#now
    const left = leftOf(this.#state, task, whole, this.#options.now)
    const endAt = Math.ceil((wakesAt ?? startAt) + left)
    this.#places.set(id, machine)
    this.#slots.push({ task: id, worker: worker?.id ?? null, startAt, endAt })
    this.#queue.add(endAt, { type: 'end', task: id, worker, machine })
  }

  #queueOf(task: TaskRecord): RankQueue {
    const { spec } = task
    const pool = spec.kind === 'command' ? null : poolOf(this.#state, this.#index, task)
    const key = pool?.key ?? `jobs of ${spec.machine ?? ''}`
    const known = this.#queues.get(key)
    if (known !== undefined) return known
    const queue = new RankQueue()
    this.#queues.set(key, queue)
    const workers = pool === null ? [] : this.#workersOf(crewOf(this.#state, pool), task)
    if (pool === null)
      this.#dispatcher.addJobs(key, queue, spec.machine ?? localMachine(this.#state)?.id ?? '')
    // With nobody there it is told elsewhere that somebody is missing; here it begins at once.
    else if (workers.length === 0) this.#dispatcher.addJobs(key, queue, '')
    else {
      const isSole =
        pool.primaries.length === 1 && workers.length === 1 && workers[0]?.id === pool.primaries[0]
      this.#dispatcher.addTeam(key, queue, workers, isSole)
    }
    return queue
  }

  #workersOf(crew: readonly AgentId[], task: TaskRecord): Worker[] {
    const workers = crew.flatMap((id) => {
      const agent = this.#state.agents.get(id)
      return agent === undefined ? [] : [this.#workerOf(agent)]
    })
    const { more } = this.#options
    const wants = task.spec.agent === null && (task.spec.role === null || task.spec.role === more?.role)
    if (more === undefined || !wants) return workers
    for (let n = 1; n <= more.count; n += 1) workers.push(this.#extra(`+${n}`))
    return workers
  }

  #extra(id: string): Worker {
    const known = this.#workers.get(id)
    if (known !== undefined) return known
    const worker: Worker = {
      id,
      machine: '',
      standby: false,
      teams: [],
      free: true,
      turn: 0,
      lastUsedAt: -Infinity,
    }
    this.#workers.set(id, worker)
    return worker
  }

  #workerOf(agent: AgentRecord): Worker {
    const id: AgentId = agent.spec.id
    const known = this.#workers.get(id)
    if (known !== undefined) return known
    // One that is at work comes free with the end of that.
    const until = agent.attempt === null ? limitedUntil(agent, this.#now) : null
    const free = until === null
    const standby = agent.spec.standby.length > 0
    const lastUsedAt = agent.lastUsedAt ?? -Infinity
    const worker: Worker = { id, machine: agent.machine, standby, teams: [], free, turn: 0, lastUsedAt }
    this.#workers.set(id, worker)
    if (until !== null) this.#queue.add(until, { type: 'free', worker })
    return worker
  }
}

/** null: it is not limited, or nobody knows until when. */
function limitedUntil({ observation }: AgentRecord, now: Millis): Millis | null {
  const until = observation?.state === 'limited' ? observation.until : null
  return until !== null && until > now ? until : null
}
