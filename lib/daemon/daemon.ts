/** One session's daemon: holds the journal's loop, and starts, tells and stops the parts. Stopping it stops no agent. */
import type { ReadLayout } from '../config/read-layout.js'
import { OrchestraError } from '../core/errors.js'
import type { MachineId, SessionName } from '../core/ids.js'
import type { Layout } from '../core/layout/model.js'
import { DAEMON, type Principal } from '../core/principal.js'
import type { StreamMessage } from '../core/protocol/api.js'
import type { StatusDocument } from '../core/protocol/status.js'
import type { Action } from '../core/run/actions.js'
import { decide } from '../core/run/decide.js'
import type { RunEvent } from '../core/run/events.js'
import { reduce } from '../core/run/reduce.js'
import { statusDocument, type LiveFacts } from '../core/run/rows/status-document.js'
import { eventRow } from '../core/view/event-row.js'
import { within } from '../exec/within.js'
import { localZone } from '../home/local-zone.js'
import type { HomePaths } from '../home/paths.js'
import type { SessionStore } from '../store/port.js'
import type { DaemonOptions } from './daemon-options.js'
import { restoreState } from './history/restore-state.js'
import { changesAccess } from '../core/access/changes-access.js'
import { Announcer } from './kernel/announcer.js'
import { monotonicClock, type Clock } from './kernel/clock.js'
import type { Kernel } from './kernel/kernel.js'
import { layoutOptions } from './kernel/layout-options.js'
import type { Logger } from './kernel/log.js'
import { Loop } from './kernel/loop.js'
import { factsOf, followersOf, performersOf, type Part, type Performers } from './kernel/part.js'
import { Turns } from './kernel/turns.js'
import { makeParts, type Parts } from './parts.js'

/** The links say goodbye; the process ends soon in any case. */
const LEAVE_MS = 3000

export class Daemon implements Kernel {
  readonly session: SessionName
  readonly paths: HomePaths
  readonly store: SessionStore
  readonly log: Logger
  readonly clock: Clock = monotonicClock()
  readonly loop: Loop
  readonly startedAt = new Date().toISOString()
  readonly options: DaemonOptions
  readonly parts: Parts
  readonly ups = new Turns()
  readonly #list: readonly Part[]
  readonly #performers: Performers
  readonly #followers: ReturnType<typeof followersOf>
  readonly #facts: Omit<LiveFacts, 'now' | 'session' | 'daemon'>
  readonly #announcer: Announcer
  #stopping = false

  constructor(options: DaemonOptions) {
    const { session, store, log, paths } = options
    this.options = options
    this.session = session
    this.paths = paths
    this.store = store
    this.log = log
    const { state, snapshotSeq, lastAt, problems } = restoreState(store)
    for (const problem of problems) log.warn({ problem }, 'a snapshot is damaged')
    this.loop = new Loop({
      state,
      store,
      reduce,
      decide: (state, now) => decide(state, now, localZone),
      perform: (action) => this.#perform(action),
      now: () => this.clock.now(),
      log,
      onEvent: (seq, event) => this.#event(seq, event),
      onLost: options.storeLost,
    })
    this.#announcer = new Announcer({
      loop: this.loop,
      now: () => this.clock.now(),
      document: () => statusDocument(this.loop.state, this.#liveFacts()),
      show: (document) => this.#list.forEach((part) => part.show?.(document)),
    })
    this.parts = makeParts(this, { options, snapshotSeq, lastAt, subscribe: (one) => this.subscribe(one) })
    this.#list = this.parts.list
    this.#performers = performersOf(this.parts.list)
    this.#followers = followersOf(this.parts.list)
    this.#facts = factsOf(this.parts.list)
  }

  /**
   * Takes up what the journal says: hosts, view, files. Starts nothing that was not running. `upFollows`: hosts and view
   * are left to the layout that is about to come.
   */
  async start(upFollows = false): Promise<void> {
    this.options.link.start()
    for (const part of this.#list) await part.start?.()
    const { layout } = this.loop.state
    if (layout !== null && !upFollows) await this.resume(layout)
    this.loop.wake()
  }

  /** The run goes on only when it is asked to. */
  pause(by: Principal): void {
    const { loop, clock } = this
    if (loop.state.phase === 'running') loop.dispatch({ type: 'run.paused', at: clock.now(), by })
  }

  /** The hosts and the view of a layout that counts already. */
  async resume(layout: Layout): Promise<void> {
    await this.parts.view
      .resume(layout)
      .catch((error: unknown) => this.log.warn({ err: error }, 'the view was not taken over'))
    this.parts.fleet.connect()
  }

  /** No more decisions; what is there stays as it is. */
  beginStop(): void {
    this.#stopping = true
    this.#announcer.close()
    this.loop.stop()
    for (const part of this.#list.toReversed()) part.stop?.()
  }

  /** Leaves the machines; `keep`: agents go on. Else: the machines where ours were ended, with the pids that live on. */
  endAgents(
    keep: boolean,
    perHostMs: number,
    by: Principal,
  ): Promise<ReadonlyMap<MachineId, readonly number[]>> {
    return this.parts.fleet.leaveMachines(keep, perHostMs, by)
  }

  isResetting(machine: MachineId): boolean {
    return this.parts.fleet.isResetting(machine)
  }

  lookSoon(): void {
    this.parts.fleet.lookSoon()
  }

  /** Ends the daemon's part alone: every agent and the view stay. */
  async stop(): Promise<void> {
    this.beginStop()
    const leaving = this.#list.map((part) => within(LEAVE_MS, part.leave?.() ?? Promise.resolve()))
    await Promise.all([this.endAgents(true, LEAVE_MS, DAEMON), ...leaving])
    await this.options.link.stop()
    for (const part of this.#list) await within(LEAVE_MS, Promise.resolve(part.close?.()))
  }

  /** `cwd`: where it was asked for; else where the last `up` was. */
  async loadLayout(path: string, cwd?: string): Promise<ReadLayout> {
    const { environment, layouts } = this.options
    const { shell } = environment
    const asked = cwd === undefined ? shell : { ...shell, ORCHESTRA_CWD: cwd }
    const read = await layouts.read(path, layoutOptions(this.paths, asked))
    if (read.layout.session !== this.session) {
      throw new OrchestraError(
        `that layout is of session ${read.layout.session}; this is the daemon of ${this.session}`,
        { kind: 'usage' },
      )
    }
    return read
  }

  /** The layout counts from now on; exited agents start again once `startHosts` was called. All or nothing. */
  applyLayout(layout: Layout, by: Principal): void {
    this.refuseWhenStopping()
    const { access, fleet, runDirectory } = this.parts
    // Nobody gives a role more than they have, or an agent that they speak for.
    if (changesAccess(this.loop.state.layout, layout))
      access.demand(by, 'admin:access', null, 'a layout that changes roles or access')
    runDirectory.open(layout)
    this.loop.dispatch({ type: 'layout.applied', at: this.clock.now(), layout, revive: true, by })
    fleet.make(layout)
    fleet.reviveAtSight()
  }

  /** After a layout was applied and its view is there. */
  startHosts(): void {
    const { fleet, surveyor } = this.parts
    // Whoever asked has the answer first: there is much to start, and few cores.
    setImmediate(() =>
      this.loop.afterSettled(() => {
        if (this.#stopping) return
        fleet.connect()
        surveyor.soon()
      }),
    )
  }

  get isStopping(): boolean {
    return this.#stopping
  }

  /** What would be made from now on nobody would end. */
  refuseWhenStopping(): void {
    if (!this.#stopping) return
    throw new OrchestraError(`the daemon of ${this.session} is being stopped`, {
      kind: 'unreachable',
      hint: 'Ask again in a moment.',
    })
  }

  dispatch(event: RunEvent): void {
    this.guard(() => this.loop.dispatch(event))
  }

  /** Listeners of streams must not throw into them; what was not taken now is seen again at the next look. */
  guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.log.warn({ err: error }, 'an event was not taken')
      this.lookSoon()
      this.changed()
    }
  }

  #perform(action: Action): Promise<void> {
    const perform = this.#performers[action.type] as (one: Action) => Promise<void>
    return perform(action)
  }

  #event(seq: number, event: RunEvent): void {
    this.#announcer.tell({ event: 'event', data: eventRow(seq, event) })
    for (const follow of this.#followers(event.type)) follow(event, seq)
    this.changed()
  }

  changed(): void {
    this.#announcer.changed()
  }

  subscribe(listener: (message: StreamMessage) => void): () => void {
    return this.#announcer.subscribe(listener)
  }

  status(): StatusDocument {
    return this.#announcer.status()
  }

  #liveFacts(): LiveFacts {
    return {
      now: this.clock.now(),
      session: this.session,
      daemon: { pid: process.pid, version: this.options.version, started_at: this.startedAt },
      ...this.#facts,
    }
  }
}
