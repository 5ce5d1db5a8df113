/** Whatever says that somebody has left something to read: the bell, a window that closed, an agent that came to rest. */
import type { AgentId } from '../../core/ids.js'
import { isAtRest } from '../../core/words.js'
import type { Jobs } from '../jobs/jobs.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import type { Hearers, Hears } from '../machines/hears.js'
import type { Host } from '../machines/host.js'
import type { Records } from './records.js'
import { Rings } from './rings.js'

export interface BellNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'log' | 'guard' | 'lookSoon'>
  readonly jobs: Pick<Jobs, 'isAwaited' | 'rang' | 'lookAgain'>
  readonly records: Pick<Records, 'read' | 'windowGone'>
}

export class Bell implements Part, Hears {
  readonly name = 'bell'
  readonly #needs: BellNeeds
  readonly #rings: Rings
  readonly follows: Followers = {
    'agent.observed': ({ agent, observation }) => {
      if (isAtRest(observation.state)) this.#idle(agent)
    },
  }
  readonly hears: Hearers = {
    ring: ({ agent }) => this.#ring(agent),
    'rings.lost': (_, host) => this.#ringForAll(host),
    dead: ({ pane }, host) => this.#paneGone(host, pane),
    'window.closed': () => this.#needs.jobs.lookAgain(),
  }

  constructor(needs: BellNeeds) {
    this.#needs = needs
    this.#rings = new Rings((work) => needs.kernel.guard(work))
  }

  /** It has stopped working. A report from inside of a sandbox could not ring. */
  #idle(agent: AgentId): void {
    const { kernel, records } = this.#needs
    if (kernel.loop.state.agents.get(agent)?.attempt != null) this.#look(() => records.read(agent))
  }

  stop(): void {
    this.#rings.close()
  }

  /** For a job or an agent that we know: what anybody may ring for costs nothing. */
  #ring(name: AgentId): void {
    const { kernel, jobs, records } = this.#needs
    const isJob = jobs.isAwaited(name)
    if (!isJob && !kernel.loop.state.agents.has(name)) return
    this.#rings.ring(name, () => {
      jobs.rang(name)
      if (!isJob) this.#look(() => records.read(name))
    })
  }

  /** Somebody rang so often that not everything was heard: it may have been for anybody who works there. */
  #ringForAll(host: Host): void {
    const { kernel, jobs } = this.#needs
    for (const { spec, machine, attempt } of kernel.loop.state.agents.values())
      if (machine === host.machine.id && attempt !== null) this.#ring(spec.id)
    this.#rings.ring(`jobs of ${host.machine.id}`, () => jobs.lookAgain())
  }

  #paneGone(host: Host, pane: string): void {
    const { kernel, jobs, records } = this.#needs
    for (const { spec, machine, generation, process } of kernel.loop.state.agents.values()) {
      if (machine !== host.machine.id || process.status !== 'alive') continue
      if (host.paneOf(spec.id, generation, process.pane) !== pane) continue
      this.#look(() => records.windowGone(spec.id, generation))
    }
    jobs.lookAgain()
  }

  #look(work: () => Promise<void>): void {
    const { kernel } = this.#needs
    work().catch((error: unknown) => {
      kernel.log.debug({ err: error }, 'a look was cut off')
      kernel.lookSoon()
    })
  }
}
