/**
 * The machines of the layout: makes and leaves their hosts, hears what they tell, and holds it against the journal.
 * A machine counts as online only after a first look at what runs there.
 */
import { DAEMON, type Principal } from '../../core/principal.js'
import { parseAgentId, type AgentId, type MachineId, type PaneId } from '../../core/ids.js'
import type { Layout, Machine } from '../../core/layout/model.js'
import type { RunEvent } from '../../core/run/events.js'
import { safeText } from '../../core/text/safe-text.js'
import type { MachineState } from '../../core/words.js'
import type { EnsureResult } from '../../tmux/ensure-agent-session.js'
import { GapReader } from '../attempts/gap-reader.js'
import { readRecords, windowGone } from '../attempts/read-records.js'
import { Rings } from './rings.js'
import type { DaemonContext } from '../context.js'
import { rotateLogs } from '../agents/host-agents.js'
import type { Host, HostEvent } from '../machines/host.js'
import { resetHost, syncHost } from './sync-host.js'
import { connectionKey, type HostFactory } from '../machines/make-hosts.js'
import { within } from '../../exec/within.js'

export interface FleetHooks {
  /** Journalled if the store takes it; else seen again at the next look. */
  readonly dispatch: (event: RunEvent) => void
  readonly guard: (work: () => void) => void
  /** Something that `status` shows has changed. */
  readonly changed: () => void
  readonly output: (agent: AgentId, data: Buffer) => void
}

/** The machine counts as online at the latest then: one agent's window may be slow to leave its record. */
const FIRST_LOOK_MS = 2000
/** After something that was not seen or not taken, doubling while that goes on: no later than the round of all looks. */
const LOOK_SOON_MS = 300
const MAX_LOOK_SOON_MS = 15_000
const MAX_PLANTED = 200
const LEFT_OUT = Buffer.from('\r\n[it printed faster than is kept here]\r\n')

export class Fleet {
  readonly hosts = new Map<MachineId, Host>()
  readonly #hostKeys = new Map<MachineId, string>()
  /** Hosts whose agents have been looked at since they last came up. */
  readonly #seen = new WeakSet<Host>()
  readonly #reviveAtSight = new WeakSet<Host>()
  readonly #resetting = new WeakSet<Host>()
  /** Of hosts whose reset is not yet in the journal. */
  readonly #resets = new WeakMap<Host, NonNullable<EnsureResult['reset']>>()
  readonly #factory: HostFactory
  readonly #d: DaemonContext
  readonly #hooks: FleetHooks
  readonly #planteds = new Set<string>()
  #soon: NodeJS.Timeout | undefined
  #misses = 0
  #closed = false
  readonly #gaps: GapReader
  readonly #rings = new Rings()

  constructor(daemon: DaemonContext, factory: HostFactory, hooks: FleetHooks) {
    this.#d = daemon
    this.#factory = factory
    this.#hooks = hooks
    this.#gaps = new GapReader(daemon)
  }

  /** A layout was applied: exited agents of machines that nobody has looked at yet are revived after the first look. */
  reviveAtSight(): void {
    for (const host of this.hosts.values()) if (!this.#seen.has(host)) this.#reviveAtSight.add(host)
  }

  /** Everybody is tried anew. */
  start(): void {
    for (const host of this.hosts.values()) {
      if (host.link.state.status === 'idle') host.start()
      else host.tryAgain()
    }
  }

  /** What the journal says of machines is what an earlier daemon saw. */
  forget(): void {
    const at = this.#d.clock.now()
    const old = [...this.#d.loop.state.machines].filter(([, { state }]) => state !== 'unknown')
    const reason = 'not seen since the daemon was started'
    const events = old.map(
      ([machine]) => ({ type: 'machine.changed', at, machine, state: 'unknown', reason }) as const,
    )
    this.#hooks.guard(() => this.#d.loop.dispatch(...events))
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
  close(): void {
    this.#closed = true
    clearTimeout(this.#soon)
    this.#gaps.close()
    this.#rings.close()
  }

  /**
   * Leaves the machines; `keep`: agents go on. Else: the machines where ours were ended, as `by` asked, with the pids
   * that live on.
   */
  async leave(
    keep: boolean,
    perHostMs: number,
    by: Principal,
  ): Promise<ReadonlyMap<MachineId, readonly number[]>> {
    const ended = new Map<MachineId, readonly number[]>()
    const leaveOne = async (id: MachineId, host: Host): Promise<void> => {
      let left: readonly number[] | null = null
      await within(
        perHostMs,
        host.stop(keep).then((found) => (left = found)),
      )
      if (left === null) return
      ended.set(id, left)
      // Whoever starts next knows that they are gone, and that nobody failed.
      this.#hooks.guard(() =>
        this.#d.loop.record({
          type: 'machine.reset',
          at: this.#d.clock.now(),
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
      const host = this.#factory.make(machine, layout)
      this.#hostKeys.set(machine.id, key)
      if (host === null) continue
      this.hosts.set(machine.id, host)
      host.on((event) => this.#hooks.guard(() => this.#hostEvent(host, event)))
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
    return [...this.#d.loop.state.machines.values()]
      .map(({ spec }) => spec)
      .filter(({ id }) => !listed.has(id))
  }

  #hostEvent(host: Host, event: HostEvent): void {
    if (this.hosts.get(host.machine.id) !== host) return
    switch (event.type) {
      case 'ready':
        void this.#firstLook(host, event).catch((error: unknown) =>
          this.#d.log.warn({ err: error, machine: host.machine.id }, 'a machine could not be looked at'),
        )
        break
      case 'state':
        // The first look says `online`.
        if (event.state !== 'online') this.#machineChanged(host, event.state, event.reason)
        if (!host.isReady) {
          this.#seen.delete(host)
          this.#d.view.hostAway(host, event.reason ?? event.state)
        }
        break
      case 'output':
        this.#output(host, event.pane, event.data)
        break
      case 'gap':
        this.#gap(host, event.pane)
        break
      case 'ring':
        this.#ring(event.agent)
        break
      case 'rings.lost':
        this.#ringForAll(host)
        break
      case 'planted':
        this.#planted(event.name, event.kind)
        break
      case 'title':
        this.#d.observer.touched(host, event.pane)
        break
      case 'dead':
        this.#paneGone(host, event.pane)
        break
      case 'window.closed':
        this.#look(() => this.#lookAtHost(host))
        this.#d.jobs.lookAgain()
        break
      case 'closed':
        this.#d.view.hostAway(host, 'tmux went away')
        break
      case 'size':
        break
      default:
    }
  }

  /** What is lost there is in the journal before the machine counts as online and anything is started on it. */
  async #firstLook(host: Host, { panes, reset }: Extract<HostEvent, { type: 'ready' }>): Promise<void> {
    const isCurrent = () => host.isReady && this.hosts.get(host.machine.id) === host
    if (reset !== null) {
      this.#resets.set(host, reset)
      this.#resetting.add(host)
      await resetHost(host, reset, this.#d).finally(() => this.#resetting.delete(host))
      this.#resets.delete(host)
    }
    if (!isCurrent()) return
    const look = syncHost(host, panes, this.#d, true)
    // What was done while it was away counts before any clock goes on.
    await within(FIRST_LOOK_MS, look)
    if (!isCurrent()) return
    this.#d.loop.forgetFailures()
    this.#machineChanged(host, 'online', null)
    await look
    if (!isCurrent()) return
    this.#seen.add(host)
    if (!this.#reviveAtSight.delete(host)) return
    for (const { spec, machine, wanted, process, restartAt } of this.#d.loop.state.agents.values()) {
      const isDue = wanted === 'running' && process.status === 'exited' && restartAt === null
      if (machine === host.machine.id && isDue)
        this.#hooks.dispatch({
          type: 'agent.restart_requested',
          at: this.#d.clock.now(),
          agent: spec.id,
          by: DAEMON,
          reason: null,
        })
    }
    this.#hooks.changed()
  }

  /** For a job or an agent that we know: what anybody may ring for costs nothing. */
  #ring(name: AgentId): void {
    const isJob = this.#d.jobs.isAwaited(name)
    if (!isJob && !this.#d.loop.state.agents.has(name)) return
    this.#rings.ring(name, () => {
      this.#hooks.guard(() => {
        this.#d.jobs.rang(name)
        if (!isJob) this.#look(() => readRecords(name, this.#d))
      })
    })
  }

  /** Somebody rang so often that not everything was heard: it may have been for anybody who works there. */
  #ringForAll(host: Host): void {
    for (const { spec, machine, attempt } of this.#d.loop.state.agents.values())
      if (machine === host.machine.id && attempt !== null) this.#ring(spec.id)
    this.#rings.ring(`jobs of ${host.machine.id}`, () => this.#d.jobs.lookAgain())
  }

  /** Once for each place: who plants again and again fills no journal. */
  #planted(name: string, kind: string): void {
    const subject = parseAgentId(name.replace(/\..*/s, ''))
    const known = `${name} ${kind}`
    if (subject === undefined || this.#planteds.has(known) || this.#planteds.size >= MAX_PLANTED) return
    this.#planteds.add(known)
    const text = `${safeText(name)}: in the way of our file stood ${kind}; it was put aside`
    this.#hooks.dispatch({ type: 'noted', at: this.#d.clock.now(), subject, text })
  }

  #machineChanged({ machine }: Host, state: MachineState, reason: string | null): void {
    this.#hooks.dispatch({
      type: 'machine.changed',
      at: this.#d.clock.now(),
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

  #output(host: Host, pane: PaneId, data: Buffer): void {
    const agent = this.#d.observer.output(host, pane, data)
    if (agent !== null) this.#hooks.output(agent, data)
  }

  #gap(host: Host, pane: PaneId): void {
    const agent = this.#d.observer.gap(host, pane)
    if (agent === null) return
    this.#hooks.output(agent, LEFT_OUT)
    this.#gaps.gap(agent, host)
  }

  #paneGone(host: Host, pane: PaneId): void {
    for (const { spec, machine, generation, process } of this.#d.loop.state.agents.values()) {
      if (machine !== host.machine.id || process.status !== 'alive') continue
      if (host.paneOf(spec.id, generation, process.pane) !== pane) continue
      this.#look(() => windowGone(spec.id, generation, this.#d))
    }
    this.#d.jobs.lookAgain()
  }

  async #lookAtHost(host: Host): Promise<void> {
    if (!host.isReady) return
    await syncHost(host, await host.list(), this.#d)
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
    const told = this.#d.loop.state.machines.get(host.machine.id)?.state
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

  /** It has stopped working. A report from inside of a sandbox could not ring. */
  atRest(agent: AgentId): void {
    if (this.#d.loop.state.agents.get(agent)?.attempt != null) this.#look(() => readRecords(agent, this.#d))
  }

  #look(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#cutOff(error))
  }

  #cutOff(error: unknown): void {
    this.#d.log.debug({ err: error }, 'a look was cut off')
    this.lookSoon()
  }
}
