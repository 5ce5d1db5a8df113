/**
 * Who is given which task next. This is the one scheduler: `decide` asks it what to start now, and the forecast asks it again
 * and again over what is left.
 */
import type { TaskId } from '../../ids.js'
import type { TaskSpec } from '../../layout/model.js'
import { compareRank } from '../index/index-ready.js'
import { Heap } from './heap.js'
import { addTo, byRest, isBefore, type Queue, type Team, type Worker } from './shelf.js'

/** What the dispatcher asks of the run, real or played forward. */
export interface Floor {
  readonly specOf: (task: TaskId) => TaskSpec | undefined
  /** Where a task was worked on last. */
  readonly placeOf: (task: string) => string | undefined
  /** Who worked on it last, and did not complete it. */
  readonly lastWorkerOf: (task: TaskId) => string | null
  /** How much more work a machine may take. */
  readonly roomOf: (machine: string) => number
  /** Its execution has room for one more (`max_workers`). One that has to wait for it stands in nobody's way. */
  readonly mayBegin: (task: TaskId) => boolean
  /** Gives it a tree, where its work needs one. False: none is free. */
  readonly takeTree: (task: TaskId, worker: string | null, machine: string) => boolean
  /** The task begins there. */
  readonly begins: (task: TaskId, machine: string) => void
}

export interface Assignment {
  readonly task: TaskId
  /** null: a job. */
  readonly worker: Worker | null
  readonly machine: string
}

/** More needs than that say no more about where a task is near. */
const MOST_NEEDS = 50

export class Dispatcher {
  readonly #floor: Floor
  readonly #teams = new Map<string, Team>()
  /** Free, and passed over in this round. */
  readonly #benched: Worker[] = []
  #round = 0

  constructor(floor: Floor) {
    this.#floor = floor
  }

  team(key: string): Team | undefined {
    return this.#teams.get(key)
  }

  /** Jobs: what runs on this machine without a worker. */
  addJobs(key: string, queue: Queue, machine: string): Team {
    return this.#add(key, { queue, jobsOn: machine, shelves: new Map(), isSole: false, free: Infinity })
  }

  addTeam(key: string, queue: Queue, workers: readonly Worker[], isSole: boolean): Team {
    const free = workers.filter((worker) => worker.free)
    const team = this.#add(key, { queue, jobsOn: null, shelves: new Map(), isSole, free: free.length })
    for (const worker of workers) worker.teams.push(team)
    for (const worker of free.toSorted(byRest)) addTo(team, worker)
    return team
  }

  setFree(worker: Worker, free: boolean): void {
    if (worker.free === free) return
    worker.free = free
    if (!free) worker.turn += 1
    for (const team of worker.teams) {
      team.free += free ? 1 : -1
      if (free) addTo(team, worker)
    }
  }

  /** All that can start now, the most urgent task first; each is taken from its queue, its worker and its machine's room. */
  assign(): Assignment[] {
    this.#round += 1
    const found: Assignment[] = []
    const open = new Heap<Team>((a, b) => compareRank(a.queue.first!, b.queue.first!) < 0)
    for (const team of this.#teams.values()) if (isOpen(team)) open.add(team)
    for (let team = open.take(); team !== undefined; team = open.take()) {
      const given = this.#give(team)
      // Nothing comes free in a round: nobody of this team takes anything more in it.
      if (given === 'nobody') continue
      if (given !== 'later') found.push(given)
      if (isOpen(team)) open.add(team)
    }
    for (const team of this.#teams.values()) team.queue.restore()
    for (const worker of this.#benched.splice(0)) this.setFree(worker, true)
    return found
  }

  /** `later`: its first task cannot begin in this round, another one may. */
  #give(team: Team): Assignment | 'nobody' | 'later' {
    const { task } = team.queue.first!
    if (!this.#floor.mayBegin(task)) {
      team.queue.skip()
      return 'later'
    }
    const given =
      team.jobsOn === null
        ? this.#toWorker(team, task)
        : this.#asJob({ task, worker: null, machine: team.jobsOn })
    if (given === 'later') team.queue.skip()
    if (given === 'later' || given === 'nobody') return given
    team.queue.take()
    this.#floor.begins(task, given.machine)
    return given
  }

  #asJob(job: Assignment): Assignment | 'nobody' | 'later' {
    if (this.#floor.roomOf(job.machine) <= 0) return 'nobody'
    return this.#floor.takeTree(job.task, null, job.machine) ? job : 'later'
  }

  #toWorker(team: Team, task: TaskId): Assignment | 'nobody' {
    for (let worker = this.#choose(team, task); worker !== undefined; worker = this.#choose(team, task)) {
      this.setFree(worker, false)
      const { id, machine } = worker
      if (this.#floor.takeTree(task, id, machine)) return { task, worker, machine }
      // Who would get no tree now is passed over in this round.
      this.#benched.push(worker)
    }
    return 'nobody'
  }

  #add(key: string, team: Team): Team {
    this.#teams.set(key, team)
    return team
  }

  /** Near to where what the task needs was made, then as `isBefore` says. */
  #choose(team: Team, task: TaskId): Worker | undefined {
    const near = team.shelves.size < 2 ? null : this.#nearness(task)
    const avoid = this.#floor.lastWorkerOf(task)
    let best: Worker | undefined
    let bestNear = -1
    for (const shelf of team.shelves.values()) {
      const worker = shelf.first(this.#round, avoid)
      if (worker === undefined || this.#floor.roomOf(worker.machine) <= 0) continue
      const closeness = near?.get(worker.machine) ?? 0
      if (best !== undefined && closeness < bestNear) continue
      if (best !== undefined && closeness === bestNear && !isBefore(worker, best, avoid)) continue
      best = worker
      bestNear = closeness
    }
    return best
  }

  #nearness(task: TaskId): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const need of this.#floor.specOf(task)?.needs.slice(0, MOST_NEEDS) ?? []) {
      const machine = this.#floor.placeOf(need)
      if (machine !== undefined) counts.set(machine, (counts.get(machine) ?? 0) + 1)
    }
    return counts
  }
}

function isOpen(team: Team): boolean {
  return team.free > 0 && team.queue.first !== undefined
}
