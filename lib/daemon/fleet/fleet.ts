/**
 * The machines of the layout: makes and leaves their hosts, hears what they tell, and holds it against the journal.
 * A machine counts as online only after a first look at what runs there.
 */
import { waitsForTask } from '../../core/run/index/agent-tree.js'
import { DAEMON, type Principal } from '../../core/principal.js'
import type { MachineId } from '../../core/ids.js'
import type { Layout, Machine } from '../../core/layout/model.js'
import { DEGRADED_TOLD_MS } from '../../core/run/rows/attention.js'
import type { MachineState } from '../../core/words.js'
import type { EnsureResult } from '../../tmux/ensure-agent-session.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Followers, Part } from '../kernel/part.js'
import { hearersOf, type Hears } from '../machines/hears.js'
import { rotateLogs } from '../machines/windows.js'
import type { Host, HostEvent } from '../machines/host.js'
import { keepOutputs } from '../attempts/keep-outputs.js'
import { resetHost, syncHost, type SyncNeeds } from './sync-host.js'
import { connectionKey, type HostFactory } from '../machines/make-hosts.js'
import { within } from '../../exec/within.js'

export interface FleetNeeds extends SyncNeeds {
  readonly kernel: Kernel
  readonly hosts: Map<MachineId, Host>
  readonly factory: Pick<HostFactory, 'make'>
}

/** The machine counts as online at the latest then: one agent's window may be slow to leave its record. */
const FIRST_LOOK_MS = 2000
/** After something that was not seen or not taken, doubling while that goes on: no later than the round of all looks. */
const LOOK_SOON_MS = 300
const MAX_LOOK_SOON_MS = 15_000
/** All machines are looked at, whatever they say. */
const LOOK_EVERY_MS = 15_000

export class Fleet implements Part {
  readonly name = 'fleet'
  readonly hosts: Map<MachineId, Host>
  readonly #hostKeys = new Map<MachineId, string>()
  /** Hosts whose agents have been looked at since they last came up. */
  readonly #seen = new WeakSet<Host>()
  readonly #reviveAtSight = new WeakSet<Host>()
  readonly #resetting = new WeakSet<Host>()
  /** Of hosts whose reset is not yet in the journal. */
  readonly #resets = new WeakMap<Host, NonNullable<EnsureResult['reset']>>()
  readonly #needs: FleetNeeds
  readonly follows: Followers = {
    // By then it counts as something that needs a person.
    'machine.changed': ({ state }) => {
      if (state === 'degraded') setTimeout(() => this.#needs.kernel.changed(), DEGRADED_TOLD_MS + 100).unref()
    },
  }
  #hearers = hearersOf([])
  #round: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #misses = 0
  #closed = false

  constructor(needs: FleetNeeds) {
    this.#needs = needs
    this.hosts = needs.hosts
  }

  /** What the journal says of machines was true for another daemon: nothing starts there before a first look. */
  start(): void {
    this.#forget()
    const { layout } = this.#needs.kernel.loop.state
    if (layout !== null) this.make(layout)
    this.#round = setInterval(() => void this.lookAtEverything(), LOOK_EVERY_MS)
  }

  /** The parts that listen to machines. */
  tell(parts: readonly Partial<Hears>[]): void {
    this.#hearers = hearersOf(parts)
  }

  /** A layout was applied: exited agents of machines that nobody has looked at yet are revived after the first look. */
  reviveAtSight(): void {
    for (const host of this.hosts.values()) if (!this.#seen.has(host)) this.#reviveAtSight.add(host)
  }

  /** Connects to every machine, also to those that failed before. */
  connect(): void {
    for (const host of this.hosts.values()) {
      if (host.link.state.status === 'idle') host.start()
      else host.tryAgain()
    }
  }

  /** What the journal says of machines is what an earlier daemon saw. */
  #forget(): void {
    const at = this.#needs.kernel.clock.now()
    const old = [...this.#needs.kernel.loop.state.machines].filter(([, { state }]) => state !== 'unknown')
    const reason = 'connecting: not seen since the daemon was started'
    const events = old.map(
      ([machine]) => ({ type: 'machine.changed', at, machine, state: 'unknown', reason }) as const,
    )
    this.#needs.kernel.guard(() => this.#needs.kernel.loop.dispatch(...events))
  }

  /** One call that failed costs one more look, not the wait for the next round. */
  lookSoon(): void {
    if (this.#soon !== undefined || this.#closed) return
    const wait = Math.min(LOOK_SOON_MS * 2 ** this.#misses, MAX_LOOK_SOON_MS)
    this.#misses += 1
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      void this.lookAtEverything().then(() => {
        if (this.#soon === undefined) this.#misses = 0
      })
    }, wait)
  }

  /** No look that was put off comes any more. */
  stop(): void {
    this.#closed = true
    clearTimeout(this.#soon)
    clearInterval(this.#round)
  }

  /**
   * Leaves the machines; `keep`: agents go on. Else: the machines where ours were ended, as `by` asked, with the pids
   * that live on.
   */
  async leaveMachines(
    keep: boolean,
    perHostMs: number,
    by: Principal,
  ): Promise<ReadonlyMap<MachineId, readonly number[]>> {
    const ended = new Map<MachineId, readonly number[]>()
    const leaveOne = async (id: MachineId, host: Host): Promise<void> => {
      let left: readonly number[] | null = null
      await within(
        perHostMs,
        host.stop(keep, () => keepOutputs(host, this.#needs)).then((found) => (left = found)),
      )
      if (left === null) return
      ended.set(id, left)
      // Whoever starts next knows that they are gone, and that nobody failed.
      this.#needs.kernel.guard(() =>
        this.#needs.kernel.loop.record({
          type: 'machine.reset',
          at: this.#needs.kernel.clock.now(),
          machine: id,
          reason: 'down',
          by,
        }),
      )
    }
    await Promise.all([...this.hosts].map(([id, host]) => leaveOne(id, host)))
    this.hosts.clear()
    return ended
  }

  /**
   * Hosts of the layout's machines, and of those that were taken out of it or renamed while agents live there: they
   * are still ours. Those that nobody needs any more are left.
   */
  make(applied: Layout): void {
    const layout = { ...applied, machines: [...applied.machines, ...this.#leftBehind(applied)] }
    for (const machine of layout.machines) {
      const key = connectionKey(machine, layout)
      if (this.#hostKeys.get(machine.id) === key) continue
      const old = this.hosts.get(machine.id)
      this.hosts.delete(machine.id)
      if (old !== undefined) void old.stop(true)
      const host = this.#needs.factory.make(machine, layout)
      this.#hostKeys.set(machine.id, key)
      if (host === null) continue
      this.hosts.set(machine.id, host)
      host.on((event) => this.#needs.kernel.guard(() => this.#hostEvent(host, event)))
    }
    for (const [id, host] of this.hosts) {
      if (layout.machines.some((m) => m.id === id)) continue
      this.hosts.delete(id)
      this.#hostKeys.delete(id)
      void host.stop(true)
    }
  }

  #leftBehind(layout: Layout): Machine[] {
    const listed = new Set(layout.machines.map(({ id }) => id))
    return [...this.#needs.kernel.loop.state.machines.values()]
      .map(({ spec }) => spec)
      .filter(({ id }) => !listed.has(id))
  }

  #hostEvent(host: Host, event: HostEvent): void {
    if (this.hosts.get(host.machine.id) !== host) return
    const { kernel } = this.#needs
    if (event.type === 'ready') {
      void this.#firstLook(host, event).catch((error: unknown) =>
        kernel.log.warn({ err: error, machine: host.machine.id }, 'a machine could not be looked at'),
      )
    } else if (event.type === 'state') {
      // The first look says `online`.
      if (event.state !== 'online') this.#machineChanged(host, event.state, event.reason)
      if (!host.isReady) this.#seen.delete(host)
    } else if (event.type === 'window.closed') {
      this.#look(() => this.#lookAtHost(host))
    }
    for (const hear of this.#hearers(event.type)) hear(event, host)
  }

  /** What is lost there is in the journal before the machine counts as online and anything is started on it. */
  async #firstLook(host: Host, { panes, reset }: Extract<HostEvent, { type: 'ready' }>): Promise<void> {
    const isCurrent = () => host.isReady && this.hosts.get(host.machine.id) === host
    if (reset !== null) {
      this.#resets.set(host, reset)
      this.#resetting.add(host)
      await resetHost(host, reset, this.#needs).finally(() => this.#resetting.delete(host))
      this.#resets.delete(host)
    }
    if (!isCurrent()) return
    const look = syncHost(host, panes, this.#needs, true)
    // What was done while it was away counts before any clock goes on.
    await within(FIRST_LOOK_MS, look)
    if (!isCurrent()) return
    this.#needs.kernel.loop.forgetFailures()
    this.#machineChanged(host, 'online', null)
    await look
    if (!isCurrent()) return
    this.#seen.add(host)
    if (!this.#reviveAtSight.delete(host)) return
    for (const agent of this.#needs.kernel.loop.state.agents.values()) {
      const { spec, machine, wanted, process, restartAt } = agent
      const isAway = wanted === 'running' && process.status === 'exited' && restartAt === null
      const isDue = isAway && !waitsForTask(agent)
      if (machine === host.machine.id && isDue)
        this.#needs.kernel.dispatch({
          type: 'agent.restart_requested',
          at: this.#needs.kernel.clock.now(),
          agent: spec.id,
          by: DAEMON,
          reason: null,
        })
    }
    this.#needs.kernel.changed()
  }

  #machineChanged({ machine }: Host, state: MachineState, reason: string | null): void {
    this.#needs.kernel.dispatch({
      type: 'machine.changed',
      at: this.#needs.kernel.clock.now(),
      machine: machine.id,
      state,
      reason,
    })
  }

  isResetting(machine: MachineId): boolean {
    const host = this.hosts.get(machine)
    return host !== undefined && this.#resetting.has(host)
  }

  /** False: what the state says of the agents there may be old. */
  hasSeen(machine: MachineId): boolean {
    const host = this.hosts.get(machine)
    return host !== undefined && this.#seen.has(host)
  }

  async #lookAtHost(host: Host): Promise<void> {
    if (!host.isReady) return
    await syncHost(host, await host.list(), this.#needs)
  }

  /** For rings and notifications that were lost: level-triggered, like everything here. A slow machine delays no other. */
  async lookAtEverything(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => this.#lookAgainAt(host)))
  }

  async #lookAgainAt(host: Host): Promise<void> {
    try {
      await this.#tellAgain(host)
      if (!host.isReady) return
      await this.#lookAtHost(host)
      await rotateLogs(host)
    } catch (error) {
      this.#cutOff(error)
    }
  }

  /** What a machine said while the store took nothing. */
  async #tellAgain(host: Host): Promise<void> {
    const told = this.#needs.kernel.loop.state.machines.get(host.machine.id)?.state
    if (!host.isReady) {
      const isWrong = (told === 'online' || told === 'degraded') && told !== host.state
      if (isWrong) this.#machineChanged(host, host.state, host.reason)
      return
    }
    if (told === 'online' || this.#resetting.has(host)) return
    await this.#firstLook(host, {
      type: 'ready',
      panes: await host.list(),
      reset: this.#resets.get(host) ?? null,
    })
  }

  #look(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#cutOff(error))
  }

  #cutOff(error: unknown): void {
    this.#needs.kernel.log.debug({ err: error }, 'a look was cut off')
    this.lookSoon()
  }
}
