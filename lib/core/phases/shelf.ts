import type { Millis } from '../time.js'

/** A worker in the schedule. */
export interface Worker {
  readonly id: string
  readonly machine: string
  readonly standby: boolean
  readonly teams: Team[]
  free: boolean
  /** Counts how often it was given work: an older entry on a shelf is no longer it. */
  turn: number
  lastUsedAt: Millis
}

/** Who may take the tasks of one pool. */
export interface Team {
  readonly shelves: Map<string, Shelf>
  readonly size: number
  readonly hasReady: () => boolean
  free: number
}

/** Free workers of one team on one machine, the one that has rested longest first. */
export class Shelf {
  readonly #entries: { readonly worker: Worker; readonly turn: number }[] = []
  #head = 0

  add(worker: Worker): void {
    this.#entries.push({ worker, turn: worker.turn })
  }

  /** One whom nobody asks for by name, if there is one. */
  first(): Worker | undefined {
    while (this.#head < this.#entries.length && !this.#isFree(this.#head)) this.#head += 1
    const first = this.#entries[this.#head]?.worker
    if (first === undefined || !isNamed(first)) return first
    for (let at = this.#head + 1; at < this.#entries.length; at += 1) {
      const { worker } = this.#entries[at]!
      if (this.#isFree(at) && !isNamed(worker)) return worker
    }
    return first
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

export function isBefore(a: Worker, b: Worker): boolean {
  if (a.standby !== b.standby) return b.standby
  const named = Number(isNamed(a)) - Number(isNamed(b))
  if (named !== 0) return named < 0
  if (a.lastUsedAt !== b.lastUsedAt) return a.lastUsedAt < b.lastUsedAt
  return a.id < b.id
}

/** A task waits that nobody else may take. */
function isNamed(worker: Worker): boolean {
  return worker.teams.some((team) => team.size === 1 && team.hasReady())
}
