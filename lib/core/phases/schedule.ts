/**
 * What is left of a run, played forward: the same readiness, ranks, crews and rooms as `decide` has, over durations that the
 * caller chooses. Hand-over, checks and people cost nothing here. A spec holds it against the simulator, which runs `decide`.
 */
import type { AgentId } from '../ids.js'
import { compareRank, ReadyList } from '../run/index/index-ready.js'
import { indexOf, poolOf, rankOf, type RunIndex } from '../run/index/index-run.js'
import { localMachine } from '../run/index/machine-reach.js'
import type { AgentRecord, RunState, TaskRecord } from '../run/state.js'
import type { Millis } from '../time.js'
import { crewOf, type Crew } from './crews.js'
import { isLeftOut } from './left-out.js'
import { leftOf } from './left-of.js'
import { addTo, isBefore, type Team, type Worker } from './shelf.js'
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

/** Ready tasks and the workers who may take them; of jobs, those of one machine, which need no worker. */
interface Bench extends Team {
  readonly ready: ReadyList
  /** null: only workers take its tasks. */
  readonly jobsOn: string | null
}

type Happening =
  | { readonly type: 'end'; readonly task: string; readonly worker: Worker | null; readonly machine: string }
  | { readonly type: 'ready'; readonly task: TaskRecord }
  | { readonly type: 'free'; readonly worker: Worker }

export function schedule(state: RunState, options: ScheduleOptions): Schedule {
  return new Planner(state, options).play()
}

class Planner {
  readonly #state: RunState
  readonly #index: RunIndex
  readonly #options: ScheduleOptions
  readonly #queue = new TimeQueue<Happening>()
  readonly #open = new Map<string, number>()
  readonly #done = new Set<string>()
  readonly #teams = new Map<string, Bench>()
  readonly #workers = new Map<string, Worker>()
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
  }

  play(): Schedule {
    this.#begin()
    for (;;) {
      this.#dispatch()
      const { next } = this.#queue
      if (next === null) break
      this.#now = Math.max(this.#now, next)
      while (this.#queue.next !== null && this.#queue.next <= this.#now) this.#happen(this.#queue.take()!)
    }
    const endAt = this.#slots.reduce((latest, slot) => Math.max(latest, slot.endAt), this.#options.now)
    return { ends: this.#ends, slots: this.#slots, endAt }
  }

  #begin(): void {
    const { nodes } = this.#index.graph
    for (const { spec } of this.#state.machines.values()) this.#rooms.set(spec.id, spec.capacity ?? Infinity)
    for (const task of this.#state.tasks.values()) {
      if (this.#isOut(task)) this.#done.add(task.spec.id)
      else if (this.#options.focus?.has(task.spec.id) === true) this.#focusLeft += 1
    }
    for (const node of nodes.values()) {
      if (node.outcome === 'met' || node.kind === 'missing') this.#done.add(node.id)
    }
    for (const node of nodes.values()) {
      if (this.#done.has(node.id)) continue
      this.#open.set(
        node.id,
        node.needs.reduce((open, id) => open + Number(!this.#done.has(id)), 0),
      )
    }
    // Running work keeps its worker and its room.
    for (const task of this.#state.tasks.values()) if (!this.#done.has(task.spec.id)) this.#goOn(task)
    for (const [id, open] of this.#open) if (open === 0) this.#reach(id)
  }

  #isOut(task: TaskRecord): boolean {
    return task.status === 'COMPLETED' || isLeftOut(task) || this.#options.without?.has(task.spec.id) === true
  }

  #goOn(task: TaskRecord): void {
    const last = task.status === 'IN_PROGRESS' ? task.attempts.at(-1) : undefined
    const attempt = last === undefined ? undefined : this.#state.attempts.get(last)
    if (attempt === undefined) return
    this.#open.delete(task.spec.id)
    const agent = attempt.agent === null ? undefined : this.#state.agents.get(attempt.agent)
    const worker = agent === undefined ? null : this.#workerOf(agent)
    this.#start(task, worker, attempt.machine)
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
    else this.#teamOf(task).ready.add(rankOf(this.#index, task))
  }

  #happen(happening: Happening): void {
    switch (happening.type) {
      case 'ready':
        return this.#enlist(happening.task)
      case 'free':
        return this.#setFree(happening.worker, true)
      case 'end': {
        const { task, worker, machine } = happening
        this.#done.add(task)
        this.#ends.set(task, this.#now)
        this.#rooms.set(machine, (this.#rooms.get(machine) ?? Infinity) + 1)
        if (worker !== null) {
          worker.lastUsedAt = this.#now
          this.#setFree(worker, true)
        }
        for (const free of this.#freed(task)) this.#reach(free)
        if (this.#options.focus?.has(task) !== true) return
        this.#focusLeft -= 1
        if (this.#focusLeft === 0) for (const held of this.#held.splice(0)) this.#enlist(held)
      }
    }
  }

  /** The best of all teams that have somebody for it, again and again. */
  #dispatch(): void {
    const stuck = new Set<Bench>()
    for (;;) {
      let best: Bench | undefined
      for (const team of this.#teams.values()) {
        if (team.ready.size === 0 || team.free === 0 || stuck.has(team)) continue
        if (best === undefined || compareRank(team.ready.ranks[0]!, best.ready.ranks[0]!) < 0) best = team
      }
      if (best === undefined) return
      const task = this.#state.tasks.get(best.ready.ranks[0]!.task)!
      const worker = best.jobsOn === null ? this.#choose(best, task) : null
      const machine = worker?.machine ?? best.jobsOn ?? ''
      if (worker === undefined || (this.#rooms.get(machine) ?? Infinity) <= 0) {
        stuck.add(best)
        continue
      }
      best.ready.delete(task.spec.id)
      this.#start(task, worker, machine)
    }
  }

  /** As `FreeAgents` does it: near to what the task needs, then who is not asked for by name, then who has rested longest. */
  #choose(team: Bench, task: TaskRecord): Worker | undefined {
    const near = this.#nearness(task)
    let best: Worker | undefined
    let bestNear = -1
    for (const shelf of team.shelves.values()) {
      const worker = shelf.first()
      if (worker === undefined || (this.#rooms.get(worker.machine) ?? Infinity) <= 0) continue
      const closeness = near?.get(worker.machine) ?? 0
      if (best !== undefined && closeness < bestNear) continue
      if (best !== undefined && closeness === bestNear && !isBefore(worker, best)) continue
      best = worker
      bestNear = closeness
    }
    return best
  }

  #nearness(task: TaskRecord): ReadonlyMap<string, number> | null {
    if (this.#rooms.size < 2) return null
    const counts = new Map<string, number>()
    for (const need of task.spec.needs.slice(0, 50)) {
      const last = this.#state.tasks.get(need as TaskRecord['spec']['id'])?.attempts.at(-1)
      const machine =
        this.#places.get(need) ?? (last === undefined ? undefined : this.#state.attempts.get(last)?.machine)
      if (machine !== undefined) counts.set(machine, (counts.get(machine) ?? 0) + 1)
    }
    return counts
  }

  #start(task: TaskRecord, worker: Worker | null, machine: string): void {
    const whole = task.spec.estimateMs * this.#options.factor(task)
    const startAt = this.#now
    const endAt = Math.ceil(startAt + leftOf(this.#state, task, whole, this.#options.now))
    this.#places.set(task.spec.id, machine)
    this.#slots.push({ task: task.spec.id, worker: worker?.id ?? null, startAt, endAt })
    this.#rooms.set(machine, (this.#rooms.get(machine) ?? Infinity) - 1)
    if (worker !== null) this.#setFree(worker, false)
    this.#queue.add(endAt, { type: 'end', task: task.spec.id, worker, machine })
  }

  #setFree(worker: Worker, free: boolean): void {
    if (worker.free === free) return
    worker.free = free
    if (!free) worker.turn += 1
    for (const team of worker.teams) {
      team.free += free ? 1 : -1
      if (free) addTo(team, worker)
    }
  }

  #teamOf(task: TaskRecord): Bench {
    const { spec } = task
    const local = localMachine(this.#state)?.id ?? ''
    if (spec.kind === 'command') {
      const machine = spec.machine ?? local
      return this.#team(`job on ${machine}`, () => ({ workers: [], jobsOn: machine }))
    }
    const pool = poolOf(this.#state, this.#index, task)
    return this.#team(pool.key, () => {
      const workers = this.#workersOf(crewOf(this.#state, pool), task)
      // With nobody there it is told elsewhere that somebody is missing; here it begins at once.
      return { workers, jobsOn: workers.length === 0 ? '' : null }
    })
  }

  #team(
    key: string,
    make: () => { readonly workers: readonly Worker[]; readonly jobsOn: string | null },
  ): Bench {
    const known = this.#teams.get(key)
    if (known !== undefined) return known
    const { workers, jobsOn } = make()
    const ready = new ReadyList()
    const free = jobsOn === null ? workers.filter((worker) => worker.free) : []
    const team: Bench = {
      ready,
      jobsOn,
      shelves: new Map(),
      size: workers.length,
      hasReady: () => ready.size > 0,
      free: jobsOn === null ? free.length : Infinity,
    }
    for (const worker of workers) worker.teams.push(team)
    for (const worker of free.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))) addTo(team, worker)
    this.#teams.set(key, team)
    return team
  }

  #workersOf(crew: Crew, task: TaskRecord): Worker[] {
    const workers = crew.agents.flatMap((id) => {
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
    const isLimited = agent.observation?.state === 'limited' && agent.attempt === null
    const until = isLimited ? (agent.observation?.until ?? null) : null
    const free = until === null || until <= this.#now
    const standby = agent.spec.standby.length > 0
    const lastUsedAt = agent.lastUsedAt ?? -Infinity
    const worker: Worker = { id, machine: agent.machine, standby, teams: [], free, turn: 0, lastUsedAt }
    this.#workers.set(id, worker)
    if (!free) this.#queue.add(until, { type: 'free', worker })
    return worker
  }
}
