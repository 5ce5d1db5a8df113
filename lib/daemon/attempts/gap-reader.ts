import type { AgentId } from '../../core/ids.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Host } from '../machines/host.js'
import type { Hosts } from '../machines/host-of.js'
import type { ProofNeeds } from './marker-proof.js'
import { readMissedMarkers } from './read-missed-markers.js'

/** The log is read once when the gaps have come to an end, not for each of them. */
const CALM_MS = 1500
/** One that never ends is read so often all the same. */
const AT_LEAST_MS = 20_000

/** Output of agents that print faster than is listened to: what they said in it is read from their logs. */
export interface GapNeeds extends ProofNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log'>
  readonly hosts: Hosts
}

export class GapReader implements Part {
  readonly name = 'gaps'
  readonly #needs: GapNeeds
  readonly #waiting = new Map<AgentId, { readonly since: number; timer: NodeJS.Timeout }>()

  constructor(needs: GapNeeds) {
    this.#needs = needs
  }

  gap(agent: AgentId, host: Host): void {
    const now = performance.now()
    const waiting = this.#waiting.get(agent)
    const since = waiting?.since ?? now
    clearTimeout(waiting?.timer)
    const timer = setTimeout(
      () => {
        this.#waiting.delete(agent)
        this.#read(agent, host)
      },
      Math.min(CALM_MS, Math.max(0, since + AT_LEAST_MS - now)),
    )
    this.#waiting.set(agent, { since, timer })
  }

  stop(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }

  #read(agent: AgentId, host: Host): void {
    const { kernel, hosts } = this.#needs
    // A machine that comes back has its logs read anyway.
    if (!host.isReady || hosts.get(host.machine.id) !== host) return
    readMissedMarkers(agent, host, this.#needs).catch((error: unknown) =>
      kernel.log.debug({ err: error, agent }, 'a log could not be read'),
    )
  }
}
