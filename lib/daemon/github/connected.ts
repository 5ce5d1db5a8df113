/** All connections of a layout: loaded only where one is wanted. Knows which issues of which tasks changed, and tells it. */
import type { MachineId } from '../../core/ids.js'
import type { GithubRow } from '../../core/github/rows.js'
import type { Layout } from '../../core/layout/model.js'
import { sameValue } from '../../core/same-value.js'
import { Lane } from '../../github/lane.js'
import { PACE } from '../../github/pace.js'
import type { Kernel } from '../kernel/kernel.js'
import type { AsPrincipal } from './commands.js'
import { Connection } from './connection.js'
import type { PullAnswer, PullAsk } from '../../core/merges/pull-ask.js'
import { openPull } from './open-pull.js'
import { tellGone, tellSeen } from './seen-issues.js'

export interface ConnectedNeeds {
  readonly kernel: Kernel
  /** Of the shell of the last `up`, secrets included: tokens come from there. */
  readonly env: () => Readonly<Record<string, string | undefined>>
  readonly version: string
  readonly zone: () => string
  readonly ask: AsPrincipal
}

export class Connected {
  readonly #needs: ConnectedNeeds
  readonly #connections = new Map<MachineId, Connection>()
  readonly #lanes = new Map<string, Lane>()

  constructor(needs: ConnectedNeeds) {
    this.#needs = needs
  }

  /** Connections as the layout has them; one that it says otherwise now begins anew. */
  apply(layout: Layout): void {
    const wanted = new Map(layout.github.map((spec) => [spec.machine, spec]))
    for (const [machine, connection] of this.#connections) {
      const place = layout.machines.find(({ id }) => id === machine)
      const repository = place?.kind === 'github' ? place.repository : null
      if (sameValue(wanted.get(machine), connection.spec) && repository === connection.repository) continue
      connection.stop()
      this.#connections.delete(machine)
    }
    for (const [machine, spec] of wanted) {
      const place = layout.machines.find(({ id }) => id === machine)
      if (this.#connections.has(machine) || place?.kind !== 'github' || place.repository === null) continue
      const { kernel, env, version, zone, ask } = this.#needs
      const connection = new Connection({
        kernel,
        spec,
        repository: place.repository,
        env,
        lane: this.#laneOf(spec.api),
        pace: PACE,
        userAgent: `tmux-orchestra/${version}`,
        zone,
        ask,
        receipt: (comment, content) =>
          this.#connections.get(machine)?.writing.enqueue({ kind: 'reaction', comment, content }),
        changed: (issues) => tellSeen(kernel, machine, issues),
        gone: (number, gone) => tellGone(kernel, machine, number, gone),
      })
      this.#connections.set(machine, connection)
      connection.start()
    }
  }

  /** Of a machine, or the only one there is. */
  get(machine: string | null): Connection | undefined {
    if (machine === null) return this.#connections.size === 1 ? [...this.#connections.values()][0] : undefined
    return [...this.#connections.values()].find((one) => one.machine === machine)
  }

  get all(): readonly Connection[] {
    return [...this.#connections.values()]
  }

  get machines(): readonly string[] {
    return [...this.#connections.keys()]
  }

  get rows(): readonly GithubRow[] {
    return [...this.#connections.values()].map((connection) => connection.row)
  }

  pull(ask: PullAsk): Promise<PullAnswer> {
    return openPull(this.all, ask, this.#needs.kernel.loop.state.issues)
  }

  wake(): void {
    for (const connection of this.#connections.values()) connection.wake()
  }

  /** The run has changed: something may have to be written. */
  changed(): void {
    for (const connection of this.#connections.values()) connection.writing.changed()
  }

  /** The daemon ends in order. */
  async leave(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.writing.leave()))
  }

  stop(): void {
    for (const connection of this.#connections.values()) connection.stop()
  }

  #laneOf(api: string): Lane {
    const host = new URL(api).host
    const lane = this.#lanes.get(host) ?? new Lane(PACE, () => this.#needs.kernel.clock.now())
    this.#lanes.set(host, lane)
    return lane
  }
}
