/** Keeps the mirrors of the view in step with agents and machines that go away. */
import type { RunEvent } from '../../core/run/events.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Part } from '../kernel/part.js'
import type { Hears } from '../machines/hears.js'
import type { Host, HostEvent } from '../machines/host.js'
import type { ViewManager } from './view-manager.js'

export class MirroredAgents implements Part, Hears {
  readonly name = 'view'
  readonly #loop: Pick<Kernel['loop'], 'state'>
  readonly #view: ViewManager

  constructor({ loop }: Pick<Kernel, 'loop'>, view: ViewManager) {
    this.#loop = loop
    this.#view = view
  }

  follow(event: RunEvent): void {
    if (event.type === 'agent.exited') this.#view.agentAway(event.agent, said(event.agent, event.reason))
    if (event.type !== 'machine.reset') return
    for (const { spec, machine, process } of this.#loop.state.agents.values())
      if (machine === event.machine && process.status === 'exited')
        this.#view.agentAway(spec.id, said(spec.id, process.reason))
  }

  heard(event: HostEvent, host: Host): void {
    if (event.type === 'closed') this.#view.hostAway(host, 'tmux went away')
    if (event.type === 'state' && !host.isReady) this.#view.hostAway(host, event.reason ?? event.state)
  }

  show(document: StatusDocument): void {
    this.#view.show(document)
  }

  facts(): Pick<LiveFacts, 'place'> {
    return { place: (id) => this.#view.paneOf(id) }
  }

  leave(): Promise<void> {
    return this.#view.close()
  }
}

function said(agent: string, reason: string): string {
  return `${agent} exited: ${reason}`
}
