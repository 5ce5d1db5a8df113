/** The outside as it really is: machines, processes and the records they leave, whatever the daemon knows of them. */
import type { AgentId, AttemptId, MachineId, TaskId } from '../core/ids.js'
import type { Proof } from '../core/run/events.js'
import type { Millis } from '../core/time.js'
import type { AgentState } from '../core/words.js'

export interface SimulatedHost {
  readonly id: MachineId
  online: boolean
  /** Counts reboots. */
  boot: number
}

export interface SimulatedAgent {
  readonly id: AgentId
  readonly generation: number
  readonly machine: MachineId
  alive: boolean
  exitCode: number | null
  state: AgentState
  limitedUntil: Millis
}

/** Work in progress, of an agent or of its own. */
export interface SimulatedWork {
  readonly attempt: AttemptId
  readonly task: TaskId
  readonly agent: AgentId | null
  readonly machine: MachineId
}

export class World {
  readonly hosts = new Map<MachineId, SimulatedHost>()
  /** By agent and generation: two lives are two processes. */
  readonly processes = new Map<string, SimulatedAgent>()
  readonly work = new Map<AttemptId, SimulatedWork>()
  /** Result records on the machines: they outlive everything but nothing is completed by them alone. */
  readonly results = new Map<AttemptId, Proof>()
  /** Every attempt that was ever begun, for "once only". */
  readonly begun = new Map<AttemptId, number>()

  /** Whoever was told of a cause by the daemon, as they remember it. */
  readonly told: {
    readonly at: Millis
    readonly escalation: string
    readonly layer: string
    readonly to: string
    readonly cause: string
  }[] = []

  process(agent: AgentId, generation: number): SimulatedAgent | undefined {
    return this.processes.get(`${agent} ${generation}`)
  }

  launch(process: SimulatedAgent): void {
    this.processes.set(`${process.id} ${process.generation}`, process)
  }

  begin(work: SimulatedWork): void {
    this.work.set(work.attempt, work)
    this.begun.set(work.attempt, (this.begun.get(work.attempt) ?? 0) + 1)
  }

  kill(process: SimulatedAgent, exitCode: number | null): void {
    process.alive = false
    process.exitCode = exitCode
    for (const work of this.work.values()) if (work.agent === process.id) this.work.delete(work.attempt)
  }

  reboot(host: SimulatedHost): void {
    host.boot += 1
    for (const process of this.processes.values()) {
      if (process.machine === host.id && process.alive) this.kill(process, null)
    }
    for (const work of this.work.values()) if (work.machine === host.id) this.work.delete(work.attempt)
  }

  isUp(machine: MachineId): boolean {
    return this.hosts.get(machine)?.online === true
  }
}
