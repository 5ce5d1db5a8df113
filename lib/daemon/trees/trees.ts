/**
 * Makes trees ready, frees and removes them: what `decide` wants of the slots. One step at a time a slot. Now and then, and when a
 * machine comes up, it looks whether journal, git and disk still agree.
 */
import type { MachineId, SlotId } from '../../core/ids.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { SlotRecord, SlotState } from '../../core/trees/records.js'
import type { Part, Performers } from '../kernel/part.js'
import type { Hearers, Hears } from '../machines/hears.js'
import type { LookedAt } from './attempt-work.js'
import type { TreeNeeds } from './tree-needs.js'
import { TreeShells } from './tree-shells.js'

const LOOK_EVERY_MS = 10 * 60_000
const load = () => import('./tree-work.js')
const NOTHING: LookedAt = { work: null, escapes: [] }

export class Trees implements Part, Hears {
  readonly name = 'trees'
  readonly performs: Pick<Performers, 'tree.prepare' | 'tree.release' | 'tree.remove'>
  readonly shells = new TreeShells()
  readonly #needs: TreeNeeds
  readonly #last = new Map<SlotId, Promise<void>>()
  readonly hears: Hearers = { ready: (_, { machine }) => this.#lookForLeaks(machine.id) }
  #timer: NodeJS.Timeout | undefined

  constructor(needs: Omit<TreeNeeds, 'shells'>) {
    this.#needs = { ...needs, shells: this.shells }
    this.performs = {
      'tree.prepare': ({ slot }) =>
        this.#turn(slot, ['preparing'], async (one) => (await load()).prepareSlot(one, this.#needs)),
      'tree.release': ({ slot }) =>
        this.#turn(slot, ['preparing', 'ready', 'releasing', 'stuck'], async (one) =>
          (await load()).releaseSlot(one, this.#needs),
        ),
      'tree.remove': ({ slot }) =>
        this.#turn(slot, ['free', 'removing', 'stuck'], async (one) =>
          (await load()).removeSlot(one, this.#needs),
        ),
    }
  }

  start(): void {
    this.#timer = setInterval(() => this.#lookForLeaks(null), LOOK_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** What an attempt did in its tree; nothing where it works in none. */
  async lookAtWork(attempt: AttemptRecord): Promise<LookedAt> {
    return attempt.tree === null ? NOTHING : (await load()).lookAtWork(attempt, this.#needs)
  }

  /** The work itself, with what it needs: loaded when somebody asks. */
  async work(): Promise<{ readonly all: Awaited<ReturnType<typeof load>>; readonly needs: TreeNeeds }> {
    return { all: await load(), needs: this.#needs }
  }

  close(): void {
    this.shells.dispose()
  }

  /** Nothing is loaded where no tree ever was. */
  #lookForLeaks(machine: MachineId | null): void {
    const { loop, log } = this.#needs.kernel
    const { layout, slots, leaks } = loop.state
    if (slots.size === 0 && leaks.size === 0 && (layout?.trees.length ?? 0) === 0) return
    load()
      .then(({ listLeaks }) => listLeaks(this.#needs, machine))
      .catch((error: unknown) => log.debug({ err: error, machine }, 'could not look for leaks'))
  }

  /** Not if the slot has gone on before its turn came. */
  #turn(id: SlotId, states: readonly SlotState[], work: (slot: SlotRecord) => Promise<void>): Promise<void> {
    const act = async (): Promise<void> => {
      const slot = this.#needs.kernel.loop.state.slots.get(id)
      if (slot !== undefined && states.includes(slot.state)) await work(slot)
    }
    const now = (this.#last.get(id) ?? Promise.resolve()).then(act, act)
    this.#last.set(id, now)
    const forget = () => {
      if (this.#last.get(id) === now) this.#last.delete(id)
    }
    now.then(forget, forget)
    return now
  }
}
