import type { Rank } from '../index/index-ready.js'
import type { Millis } from '../../time.js'

/** Somebody who takes tasks. */
export interface Worker {
  readonly id: string
  readonly machine: string
  readonly standby: boolean
  readonly teams: Team[]
  free: boolean
  /** Counts how often it was given work: an older entry on a shelf is no longer valid. */
  turn: number
  lastUsedAt: Millis
}

/** Tasks that may start, best first. */
export interface Queue {
  readonly first: Rank | undefined
  /** Removes the first one. */
  take(): void
  /** Passes the first one over, for this round of the dispatcher. */
  skip(): void
  /** The round is over. */
  restore(): void
}

/** Tasks that the same workers may take, and these workers; of jobs, the machine that they run on, which need no worker. */
export interface Team {
  readonly queue: Queue
  /** null: only workers take its tasks. */
  readonly jobsOn: string | null
  readonly shelves: Map<string, Shelf>
  /** Nobody but one worker may take these tasks. */
  readonly isSole: boolean
  /** Free workers; of jobs without end. */
  free: number
}

/** Free workers of one team on one machine, the one that has rested longest first. */
export class Shelf {
  readonly #entries: { readonly worker: Worker; readonly turn: number }[] = []
  #head = 0
  #plain = 0
  #round = -1

  add(worker: Worker): void {
    this.#entries.push({ worker, turn: worker.turn })
  }

  /**
   * One whom no task asks for by name, if there is one, and not `avoid`, if there is another. In one round of a dispatcher it
   * does not change whether a free worker is asked for, so what was passed over in a round is not looked at again in it.
   */
  first(round: number, avoid: string | null): Worker | undefined {
    if (this.#round !== round) [this.#round, this.#plain] = [round, 0]
    this.#head = this.#free(this.#head)
    this.#plain = this.#unasked(Math.max(this.#plain, this.#head))
    const plain = this.#entries[this.#plain]?.worker
    if (plain !== undefined && plain.id !== avoid) return plain
    const second = plain === undefined ? undefined : this.#entries[this.#unasked(this.#plain + 1)]?.worker
    if (second !== undefined) return second
    const head = this.#entries[this.#head]?.worker
    if (head?.id !== avoid) return head
    return this.#entries[this.#free(this.#head + 1)]?.worker ?? head
  }

  #free(from: number): number {
    let at = from
    while (at < this.#entries.length && !this.#isFree(at)) at += 1
    return at
  }

  #unasked(from: number): number {
    let at = this.#free(from)
    while (at < this.#entries.length && isAskedFor(this.#entries[at]!.worker)) at = this.#free(at + 1)
    return at
  }

  #isFree(at: number): boolean {
    const { worker, turn } = this.#entries[at]!
    return worker.free && worker.turn === turn
  }
}

export function addTo(team: Team, worker: Worker): void {
  // Those who stand by come after all others.
  const key = worker.standby ? `${worker.machine} standby` : worker.machine
  let shelf = team.shelves.get(key)
  if (shelf === undefined) team.shelves.set(key, (shelf = new Shelf()))
  shelf.add(worker)
}

/** Whoever failed at the task last comes after all others, then those who stand by, then those that a task asks for by name. */
export function isBefore(a: Worker, b: Worker, avoid: string | null = null): boolean {
  const last = Number(a.id === avoid) - Number(b.id === avoid)
  if (last !== 0) return last < 0
  if (a.standby !== b.standby) return b.standby
  const asked = Number(isAskedFor(a)) - Number(isAskedFor(b))
  if (asked !== 0) return asked < 0
  return byRest(a, b) < 0
}

/** The one that has rested longest first. */
export function byRest(a: Worker, b: Worker): number {
  if (a.lastUsedAt !== b.lastUsedAt) return a.lastUsedAt < b.lastUsedAt ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** A task waits that nobody else may take. */
function isAskedFor(worker: Worker): boolean {
  return worker.teams.some((team) => team.isSole && team.queue.first !== undefined)
}
