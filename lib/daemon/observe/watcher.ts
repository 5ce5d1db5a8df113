/** Which agents are looked at, and what machines say of their panes: brings both to the observer. */
import { agentDefinition } from '../../agents/registry.js'
import type { AgentId, AttemptId, MachineId, PaneId } from '../../core/ids.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import type { CliVersions } from '../machines/cli-versions.js'
import type { Hearers, Hears } from '../machines/hears.js'
import type { Host } from '../machines/host.js'
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
  readonly follows: Followers = {
    'agent.started': ({ agent }) => this.watch(agent),
    'agent.exited': ({ agent }) => this.#needs.observer.unwatch(agent),
    'machine.reset': ({ machine }) => this.#reset(machine),
    'attempt.running': ({ attempt }) => this.#attemptChanged(attempt, false),
    'attempt.proved': ({ attempt }) => this.#attemptChanged(attempt, false),
    'attempt.ended': ({ attempt }) => this.#attemptChanged(attempt, true),
    'attempt.verified': ({ attempt }) => this.#attemptChanged(attempt, true),
  }
  readonly hears: Hearers = {
    output: ({ pane, data }, host) => {
      const agent = this.#needs.observer.output(host, pane, data)
      if (agent !== null) this.#needs.printed(agent, data)
    },
    gap: ({ pane }, host) => {
      const agent = this.#needs.observer.gap(host, pane)
      if (agent !== null) this.#needs.missed(agent, host)
    },
    title: ({ pane }, host) => this.#needs.observer.touched(host, pane),
  }
  readonly facts: Pick<LiveFacts, 'outputAt' | 'question' | 'neverIdle'> = {
    neverIdle: (id) => this.#needs.observer.neverIdle(id),
    outputAt: (id) => this.#needs.observer.outputAt(id),
    question: (id) => this.#needs.observer.question(id),
  }

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
      type: runningSpec(agent).type,
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

  #reset(machine: MachineId): void {
    const { kernel, observer } = this.#needs
    for (const { spec, machine: its, process } of kernel.loop.state.agents.values())
      if (its === machine && process.status === 'exited') observer.unwatch(spec.id)
  }

  #attemptChanged(attempt: AttemptId, isOver: boolean): void {
    const { kernel, observer, seats } = this.#needs
    const agent = kernel.loop.state.attempts.get(attempt)?.agent
    if (agent == null) return
    // Not from within the listener of another event.
    setImmediate(() => seats.look(agent))
    if (isOver) observer.expect(agent, null)
  }

  stop(): void {
    this.#needs.observer.close()
  }
}
