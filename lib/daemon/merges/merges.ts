/** Carries out what `decide` wants of the merge queues. The work itself is loaded with the first step. */
import type { TaskId } from '../../core/ids.js'
import type { MergeSpec } from '../../core/merges/spec.js'
import type { MergePreview } from '../../core/protocol/merges.js'
import type { RunEvent } from '../../core/run/events.js'
import type { Part, Performers } from '../kernel/part.js'
import type { MergeNeeds } from './merge-needs.js'

export class Merges implements Part {
  readonly name = 'merges'
  readonly performs: Pick<Performers, 'merge.step'>
  readonly #needs: MergeNeeds
  readonly #last = new Map<string, Promise<void>>()

  constructor(needs: MergeNeeds) {
    this.#needs = needs
    this.performs = {
      'merge.step': ({ merge, step }) => {
        const take = async () => (await import('./merge-work.js')).takeStep(merge, step, needs)
        // These write no ref that another step writes, and may wait for GitHub.
        return step.kind === 'request' || step.kind === 'offer' ? take() : this.#turn(merge, take)
      },
    }
  }

  async preview(spec: MergeSpec, tasks: readonly TaskId[]): Promise<MergePreview> {
    return (await import('./merge-work.js')).previewMerge(spec, tasks, this.#needs)
  }

  /** A tree that cannot be made ready for a queue would be asked for again and again. */
  follow(event: RunEvent): void {
    if (event.type !== 'tree.refused' || event.attempt !== null) return
    const { kernel } = this.#needs
    const { slot, reason } = event
    const held = kernel.loop.state.slots.get(slot)
    const merge = kernel.loop.state.layout?.merges.find(
      ({ pool, machine }) => pool === held?.pool && machine === held.machine,
    )
    const batch = merge === undefined ? undefined : kernel.loop.state.merges.get(merge.id)?.batch
    if (merge === undefined || batch == null) return
    const text = `its tree could not be made ready: ${reason}`
    setImmediate(() =>
      kernel.dispatch({ type: 'merge.held', at: kernel.clock.now(), merge: merge.id, reason: text }),
    )
  }

  /** One step at a time a queue: they write the same refs. */
  #turn(merge: string, work: () => Promise<void>): Promise<void> {
    const now = (this.#last.get(merge) ?? Promise.resolve()).then(work, work)
    this.#last.set(merge, now)
    const forget = () => {
      if (this.#last.get(merge) === now) this.#last.delete(merge)
    }
    now.then(forget, forget)
    return now
  }
}
