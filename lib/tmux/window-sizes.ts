/** Sizes of the windows of a view: a reader's terminal alone does not change them. */
import type { ControlClient } from './control-client.js'
import type { ObservedWindow } from './protocol/view-model.js'
import { pinLines } from './protocol/view-plan.js'
import type { ViewClient } from './view-clients.js'

export class WindowSizes {
  readonly #client: ControlClient
  readonly #observe: () => Promise<ObservedWindow[]>
  /** Of windows when they last were as a person who can type, or we, wanted them. */
  #last: ReadonlyMap<string, ObservedWindow> = new Map()

  constructor(client: ControlClient, observe: () => Promise<ObservedWindow[]>) {
    this.#client = client
    this.#observe = observe
  }

  async fit(observed: ObservedWindow[], clients: readonly ViewClient[]): Promise<ObservedWindow[]> {
    const isPin = !clients.some((client) => !client.isReadOnly)
    const lines = pinLines(observed, isPin, (window) => this.#last.get(window))
    let fitted = observed
    if (lines.length > 0) {
      await Promise.allSettled(lines.map((line) => this.#client.commands(line)))
      fitted = await this.#observe()
    }
    this.#last = this.#trusted(fitted, clients, isPin)
    return fitted
  }

  /** An owner who is just leaving is still listed while the windows have a reader's size: that one counts for nothing. */
  #trusted(
    observed: readonly ObservedWindow[],
    clients: readonly ViewClient[],
    isPin: boolean,
  ): ReadonlyMap<string, ObservedWindow> {
    const fits = (window: ObservedWindow) => clients.some((c) => !c.isReadOnly && c.cols === window.cols)
    return new Map(
      observed.map((window) => {
        const before = this.#last.get(window.windowId)
        return [window.windowId, isPin || before === undefined || fits(window) ? window : before]
      }),
    )
  }
}
