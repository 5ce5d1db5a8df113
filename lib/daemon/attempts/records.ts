/**
 * Reads what an agent and its launcher left on their machine, and turns it into events. A ring, a dead pane, a returned link
 * or a timer lead here: none of them says anything itself.
 */
import type { AgentId } from '../../core/ids.js'
import { whyStopped } from '../../core/run/index/why-stopped.js'
import { decodeExitRecord } from '../../core/protocol/agent-report.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { Kernel } from '../kernel/kernel.js'
import { OneAtATime } from '../kernel/one-at-a-time.js'
import { agentStart, endStarts, sayLeft } from '../machines/end-starts.js'
import type { Hosts } from '../machines/host-of.js'
import { whyNoRecord } from '../machines/place-start.js'
import { whyNotEntered } from '../machines/why-not-entered.js'
import { lastWords } from './last-words.js'
import type { Reports } from './reports.js'

/** How long after its window is gone an exit record may still come: the launcher's watcher ends what is left first. */
const RECORD_GRACE_MS = 4000
/** The launcher's own exit status: the program was not started. */
const NOT_STARTED = 125

export interface RecordNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log'>
  readonly hosts: Hosts
  readonly reports: Pick<Reports, 'results' | 'ignored'>
}

export class Records {
  readonly #needs: RecordNeeds
  readonly #reading = new OneAtATime()

  constructor(needs: RecordNeeds) {
    this.#needs = needs
  }

  /** However many ask: one read at a time, and one more for all who came while it ran. */
  read(id: AgentId): Promise<void> {
    return this.#reading.run(id, async () => {
      const found = await this.#needs.reports.results(id)
      if (found !== null) await this.#takeExit(found.exit, found.agent)
    })
  }

  /** Its window is gone or dead: the record tells how it ended; without one, after a grace, that nobody knows. */
  async windowGone(id: AgentId, generation: number): Promise<void> {
    const { loop, clock } = this.#needs.kernel
    const deadline = clock.now() + RECORD_GRACE_MS
    for (;;) {
      await this.read(id)
      const agent = loop.state.agents.get(id)
      if (agent === undefined || agent.generation !== generation || agent.process.status !== 'alive') return
      const host = this.#needs.hosts.get(agent.machine)
      if (host === undefined || !host.isReady) return
      if (clock.now() > deadline) {
        // Launcher and watcher were killed: what they ran may go on, and nothing is started beside it.
        const left = sayLeft(await endStarts(host, [agentStart(host, id, generation)]))
        const why = await whyNoRecord(
          host,
          agentStart(host, id, generation),
          `${host.agentDir(id)}/gen.${generation}`,
        )
        loop.dispatch({
          type: 'agent.exited',
          at: clock.now(),
          agent: id,
          generation,
          exitCode: null,
          signal: null,
          reason: [why, left].filter(Boolean).join('; '),
          asked: false,
        })
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  async #takeExit(text: string, agent: AgentRecord): Promise<void> {
    const { loop, clock } = this.#needs.kernel
    const decoded = decodeExitRecord(text, {
      agent: agent.spec.id,
      generation: agent.generation,
      nonce: null,
    })
    if (!decoded.ok) return this.#needs.reports.ignored(agent.spec.id, decoded.reason)
    const { exitCode, signal } = decoded.value
    const left = sayLeft(decoded.value.left)
    const notEntered = exitCode === NOT_STARTED ? await this.#whyNot(agent) : null
    // We close its pane ourselves where its end is wanted.
    const asked = whyStopped(agent)
    const ended = notEntered ?? asked ?? exitReason(exitCode, signal)
    const host = this.#needs.hosts.get(agent.machine)
    const failed = ended === `exit status ${exitCode}` && exitCode !== 0 && host?.isReady === true
    const said = failed ? await lastWords(agent, host, this.#needs.kernel) : null
    const now = loop.state.agents.get(agent.spec.id)
    if (now?.process.status !== 'alive' || now.generation !== agent.generation) return
    const reason = [said === null ? ended : `${ended}: ${said}`, left].filter(Boolean).join('; ')
    loop.dispatch({
      type: 'agent.exited',
      at: clock.now(),
      agent: agent.spec.id,
      generation: agent.generation,
      exitCode,
      signal,
      reason,
      asked: asked !== null,
    })
  }

  async #whyNot(agent: AgentRecord): Promise<string | null> {
    const host = this.#needs.hosts.get(agent.machine)
    if (host === undefined || !host.isReady || agent.mode === 'headless') return null
    const why = await whyNotEntered(host, runningSpec(agent).cwd)
    return why === null ? null : `not started: ${why}`
  }
}

function exitReason(exitCode: number | null, signal: string | null): string {
  if (signal === 'HUP') return 'its terminal was closed'
  return signal === null ? `exit status ${exitCode}` : `ended by ${signal}`
}
