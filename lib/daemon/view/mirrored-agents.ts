/** Keeps the mirrors of the view in step with agents and machines that go away. */
import type { StatusDocument } from '../../core/protocol/status.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import type { Hearers, Hears } from '../machines/hears.js'
import type { ViewManager } from './view-manager.js'

export class MirroredAgents implements Part, Hears {
  readonly name = 'view'
  readonly #loop: Pick<Kernel['loop'], 'state'>
  readonly #view: ViewManager
  readonly follows: Followers = {
    'agent.exited': ({ agent, reason, asked }) =>
      this.#view.agentAway(agent, said(agent, reason, asked ? 'ended' : 'exited')),
    'machine.reset': (event) => {
      for (const { spec, machine, process } of this.#loop.state.agents.values())
        if (machine === event.machine && process.status === 'exited')
          this.#view.agentAway(spec.id, said(spec.id, process.reason))
    },
  }
  readonly hears: Hearers = {
    closed: (_, host) => this.#view.hostAway(host, 'tmux went away'),
    state: ({ state, reason }, host) => {
      if (!host.isReady) this.#view.hostAway(host, reason ?? state)
    },
  }
  readonly facts: Pick<LiveFacts, 'place'> = { place: (id) => this.#view.paneOf(id) }

  constructor({ loop }: Pick<Kernel, 'loop'>, view: ViewManager) {
    this.#loop = loop
    this.#view = view
  }

  show(document: StatusDocument): void {
    this.#view.show(document)
  }

  leave(): Promise<void> {
    return this.#view.close()
  }
}

function said(agent: string, reason: string, what: 'ended' | 'exited' = 'exited'): string {
  return `${agent} ${what}: ${reason}`
}
