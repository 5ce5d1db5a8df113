/** Which agents are looked at, and what machines say of their panes: brings both to the observer. */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId, PaneId } from '../../core/ids.js'
import type { RunEvent } from '../../core/run/events.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { CliVersions } from '../machines/cli-versions.js'
import type { Hears } from '../machines/hears.js'
import type { Host, HostEvent } from '../machines/host.js'
import type { Hosts } from '../machines/host-of.js'
import type { Observer } from './observer.js'
import type { Seats } from './seats.js'

export interface WatcherNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'log'>
  readonly hosts: Hosts
  readonly observer: Observer
  readonly seats: Seats
  readonly versions: CliVersions
  /** The agent can be seen in that pane from now on. */
  readonly shown: (agent: AgentId, host: Host, pane: PaneId) => void
  /** An agent printed that. */
  readonly printed: (agent: AgentId, data: Buffer) => void
  /** An agent printed more than is listened to. */
  readonly missed: (agent: AgentId, host: Host) => void
}

export class Watcher implements Part, Hears {
  readonly name = 'observe'
  readonly #needs: WatcherNeeds

  constructor(needs: WatcherNeeds) {
    this.#needs = needs
  }

  /** From now on its screen is looked at and its mirror shows it. Called whenever it is known to live. */
  watch(id: AgentId): void {
    const { kernel, hosts, observer, seats, versions, shown } = this.#needs
    const { state } = kernel.loop
    const agent = state.agents.get(id)
    const host = agent === undefined ? undefined : hosts.get(agent.machine)
    if (agent === undefined || host === undefined || !host.isReady || agent.process.status !== 'alive') return
    const { since } = agent.process
    const pane = host.paneOf(id, agent.generation, agent.process.pane)
    observer.watch({
      agent: id,
      generation: agent.generation,
      host,
      pane,
      definition: agentDefinition(runningSpec(agent).behaviour),
      startedAt: since,
      known: agent.observation,
      stallMs: agent.spec.stallMs,
      headless: agent.mode === 'headless',
    })
    const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
    const reads = attempt !== undefined && attempt.phase !== 'ended' && !attempt.headless
    observer.expect(id, reads ? attempt.nonce : null)
    if (agent.mode === 'headless') seats.look(id)
    // A daemon that has just come adopts agents whose version nobody asked for.
    versions
      .ask(runningSpec(agent), host)
      .catch((error: unknown) => kernel.log.debug({ err: error, agent: id }, 'its version was not asked'))
    shown(id, host, pane)
  }

  follow(event: RunEvent): void {
    const { kernel, observer, seats } = this.#needs
    const { agents, attempts } = kernel.loop.state
    switch (event.type) {
      case 'agent.started':
        this.watch(event.agent)
        break
      case 'agent.exited':
        observer.unwatch(event.agent)
        break
      case 'machine.reset':
        for (const { spec, machine, process } of agents.values())
          if (machine === event.machine && process.status === 'exited') observer.unwatch(spec.id)
        break
      case 'attempt.running':
      case 'attempt.proved':
      case 'attempt.ended':
      case 'attempt.verified': {
        const agent = attempts.get(event.attempt)?.agent
        if (agent == null) break
        // Not from within the listener of another event.
        setImmediate(() => seats.look(agent))
        if (event.type === 'attempt.ended' || event.type === 'attempt.verified') observer.expect(agent, null)
        break
      }
      default:
    }
  }

  heard(event: HostEvent, host: Host): void {
    const { observer, printed, missed } = this.#needs
    switch (event.type) {
      case 'output': {
        const agent = observer.output(host, event.pane, event.data)
        if (agent !== null) printed(agent, event.data)
        break
      }
      case 'gap': {
        const agent = observer.gap(host, event.pane)
        if (agent !== null) missed(agent, host)
        break
      }
      case 'title':
        observer.touched(host, event.pane)
        break
      default:
    }
  }

  facts(): Pick<LiveFacts, 'outputAt' | 'question'> {
    const { observer } = this.#needs
    return { outputAt: (id) => observer.outputAt(id), question: (id) => observer.question(id) }
  }

  stop(): void {
    this.#needs.observer.close()
  }
}
