/** Looks at a view session: its windows with their panes, and the terminals at it. */
import type { ControlClient } from './control-client.js'
import type { Notification } from './protocol/messages.js'
import type { ObservedWindow } from './protocol/view-model.js'
import { OBSERVE_FORMAT, parseObserved } from './protocol/view-observed.js'
import { viewClients, type ViewClient } from './view-clients.js'

export type Seen = readonly [ObservedWindow[], readonly ViewClient[]]

const SETTLED_MS = 100

export class ViewLook {
  readonly #client: ControlClient
  readonly #id: string
  readonly #target: string
  #settled: { readonly seen: Seen; readonly until: number } | null = null

  constructor(client: ControlClient, id: string, target: string) {
    this.#client = client
    this.#id = id
    this.#target = target
  }

  async windows(): Promise<ObservedWindow[]> {
    const reply = await this.#client.command(['list-panes', '-s', '-t', this.#target, '-F', OBSERVE_FORMAT])
    return parseObserved(reply.body.toString('utf8'))
  }

  clients(): Promise<readonly ViewClient[]> {
    return viewClients(this.#client, this.#id)
  }

  all(): Promise<Seen> {
    return Promise.all([this.windows(), this.clients()])
  }

  /** Where nothing is to be done: who is to do it at once need not look again. null: there is something. */
  settle(seen: Seen | null): void {
    this.#settled = seen === null ? null : { seen, until: performance.now() + SETTLED_MS }
  }

  /** What was settled a moment ago, if tmux has told of no change since. Counts once. */
  settled(): Seen | null {
    const settled = this.#settled
    this.#settled = null
    return settled !== null && performance.now() < settled.until ? settled.seen : null
  }

  notified({ type }: Notification): void {
    if (type !== 'output' && type !== 'subscription') this.#settled = null
  }
}
