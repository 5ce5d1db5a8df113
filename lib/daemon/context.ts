/** What the parts of the daemon share. Made in `daemon.ts`; nothing else knows all of it. */
import type { AgentId, MachineId } from '../core/ids.js'
import { OrchestraError } from '../core/errors.js'
import { didYouMean } from '../core/layout/did-you-mean.js'
import type { AgentRecord } from '../core/run/state.js'
import type { SessionStore } from '../store/port.js'
import type { Deliverer } from './delivery/deliverer.js'
import type { Observer } from './observe/observer.js'
import type { Clock } from './kernel/clock.js'
import type { Host } from './machines/host.js'
import type { Jobs } from './jobs/jobs.js'
import type { Logger } from './kernel/log.js'
import type { Loop } from './kernel/loop.js'
import type { Outbox } from './delivery/outbox.js'
import type { ViewManager } from './view/view-manager.js'

export interface DaemonContext {
  readonly session: string
  readonly store: SessionStore
  readonly loop: Loop
  readonly clock: Clock
  readonly log: Logger
  readonly hosts: ReadonlyMap<MachineId, Host>
  readonly observer: Observer
  readonly deliverer: Deliverer
  readonly outbox: Outbox
  readonly jobs: Jobs
  readonly view: ViewManager
  /** Its reset is being taken in: nothing may start there until then. */
  isResetting(machine: MachineId): boolean
  /** Something was not seen, or not taken by the store: all machines are looked at again, soon. */
  lookSoon(): void
  /** Versions of agent CLIs, as they said themselves; by machine and program. */
  readonly versions: Map<string, string>
}

export function agentOf(context: DaemonContext, id: string): AgentRecord {
  const agent = context.loop.state.agents.get(id as AgentId)
  if (agent === undefined || agent.wanted === 'removed') {
    throw new OrchestraError(`there is no agent ${id}${didYouMean(id, context.loop.state.agents.keys())}`, {
      kind: 'usage',
      hint: `Agents: ${[...context.loop.state.agents.keys()].join(', ') || 'none'}.`,
    })
  }
  return agent
}

export function hostOf(context: DaemonContext, machine: MachineId): Host {
  const host = context.hosts.get(machine)
  if (host === undefined) {
    throw new OrchestraError(`${machine} is not a machine that agents can run on`, { kind: 'refused' })
  }
  return host
}
