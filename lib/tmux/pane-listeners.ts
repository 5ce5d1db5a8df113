import type { PaneId } from '../core/ids.js'

/** Who listens to a session: to everything, or to one pane, so that a chunk of output does not go round to every mirror. */
export class PaneListeners<Event extends object> {
  readonly #all = new Set<(event: Event) => void>()
  readonly #ofPane = new Map<PaneId, Set<(event: Event) => void>>()

  on(listener: (event: Event) => void): () => void {
    this.#all.add(listener)
    return () => this.#all.delete(listener)
  }

  onPane(pane: PaneId, listener: (event: Event) => void): () => void {
    const listeners = this.#ofPane.get(pane) ?? new Set()
    this.#ofPane.set(pane, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#ofPane.get(pane) === listeners) this.#ofPane.delete(pane)
    }
  }

  emit(event: Event, pane: PaneId | undefined): void {
    for (const listener of this.#all) listener(event)
    if (pane === undefined) return
    for (const listener of this.#ofPane.get(pane) ?? []) listener(event)
  }
}
