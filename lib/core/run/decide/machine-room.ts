import type { MachineId } from '../../ids.js'
import { machineCordon } from '../index/cordoned.js'
import type { RunIndex } from '../index/index-run.js'
import { isReachable } from '../index/machine-reach.js'
import type { RunState } from '../state.js'

/** How much more work each machine may take during one decision. */
export class MachineRoom {
  readonly #state: RunState
  readonly #index: RunIndex
  readonly #left = new Map<MachineId, number>()

  constructor(state: RunState, index: RunIndex) {
    this.#state = state
    this.#index = index
  }

  left(machine: MachineId): number {
    const known = this.#left.get(machine)
    if (known !== undefined) return known
    const room = this.#measure(machine)
    this.#left.set(machine, room)
    return room
  }

  take(machine: MachineId): boolean {
    const left = this.left(machine)
    if (left <= 0) return false
    this.#left.set(machine, left - 1)
    return true
  }

  #measure(machine: MachineId): number {
    const record = this.#state.machines.get(machine)
    if (record === undefined || !isReachable(this.#state, machine)) return 0
    if (machineCordon(this.#state, machine) !== undefined) return 0
    const { capacity, maxLoad } = record.spec
    if (maxLoad !== null && record.load1 !== null && record.load1 >= maxLoad) return 0
    return capacity === null ? Infinity : capacity - (this.#index.busy.get(machine) ?? 0)
  }
}
