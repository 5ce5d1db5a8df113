/** One session's daemon: puts the parts together, and feeds what they see into the loop. Stopping it stops no agent. */
import { readLayout, type ReadLayout } from '../config/read-layout.js'
import { OrchestraError } from '../core/errors.js'
import { DAEMON, type Principal } from '../core/principal.js'
import type { AgentId, MachineId, SessionName } from '../core/ids.js'
import type { Layout } from '../core/layout/model.js'
import type { StreamMessage } from '../core/protocol/api.js'
import type { StatusDocument } from '../core/protocol/status.js'
import { decide } from '../core/run/decide.js'
import type { RunEvent } from '../core/run/events.js'
import { reduce } from '../core/run/reduce.js'
import type { Millis } from '../core/time.js'
import { runDir, sessionDir, type HomePaths } from '../home/paths.js'
import { FACTS } from '../store/facts.js'
import type { SessionStore } from '../store/port.js'
import { AgentLogs } from './agents/agent-logs.js'
import { AgentPolicies } from './agents/agent-policies.js'
import { Deliverer } from './delivery/deliverer.js'
import { deliveryTarget } from './delivery/delivery-target.js'
import { keepClock } from './kernel/keep-clock.js'
import { Keyboard } from './delivery/keyboard.js'
import { Observer } from './observe/observer.js'
import { RuleBook } from './observe/rule-book.js'
import { Announcer } from './kernel/announcer.js'
import { monotonicClock, type Clock } from './kernel/clock.js'
import type { DaemonContext } from './context.js'
import type { DaemonOptions } from './daemon-options.js'
import { eventRow } from '../core/view/event-row.js'
import { Executions } from './history/executions.js'
import { Fleet } from './fleet/fleet.js'
import { followEvent } from './follow-event.js'
import type { Host } from './machines/host.js'
import { keepHouse, type Housekeeper } from './history/housekeeper.js'
import { Jobs } from './jobs/jobs.js'
import type { Logger } from './kernel/log.js'
import { Loop } from './kernel/loop.js'
import { layoutOptions } from './kernel/layout-options.js'
import type { LocalEnvironment } from './machines/local-environment.js'
import { HostFactory } from './machines/make-hosts.js'
import { Notifier } from './notify/notifier.js'
import { Outbox } from './delivery/outbox.js'
import { Passphrases } from './machines/passphrases.js'
import { perform } from './perform.js'
import { Projections } from './history/projections.js'
import { restoreState } from './history/restore-state.js'
import { statusDocument, type LiveFacts } from '../core/run/rows/status-document.js'
import { SnapshotCheck } from './history/snapshot-check.js'
import { Snapshots } from './history/snapshots.js'
import { Surveyor } from './surveys/surveyor.js'
import { versionOfAgent } from './machines/version-of-agent.js'
import { ViewManager } from './view/view-manager.js'
import { within } from '../exec/within.js'
import { markerProof } from './attempts/marker-proof.js'

const ENDS: ReadonlySet<RunEvent['type']> = new Set(['attempt.verified', 'attempt.ended', 'run.finished'])

/** The links say goodbye; the process ends soon in any case. */
const LEAVE_MS = 3000

export class Daemon implements DaemonContext {
  readonly session: SessionName
  readonly paths: HomePaths
  readonly store: SessionStore
  readonly log: Logger
  readonly clock: Clock = monotonicClock()
  readonly loop: Loop
  readonly hosts: ReadonlyMap<MachineId, Host>
  readonly observer: Observer
  readonly deliverer: Deliverer
  readonly #keyboard: Keyboard
  readonly outbox: Outbox
  readonly jobs: Jobs
  readonly view: ViewManager
  readonly versions = new Map<string, string>()
  readonly projections: Projections
  readonly passphrases = new Passphrases()
  readonly surveyor: Surveyor
  readonly housekeeper: Housekeeper
  readonly startedAt = new Date().toISOString()
  readonly options: DaemonOptions
  readonly environment: LocalEnvironment
  readonly #fleet: Fleet
  readonly #announcer: Announcer
  readonly #notifier: Notifier
  readonly #executions: Executions
  readonly #snapshots: Snapshots
  readonly snapshotCheck: SnapshotCheck
  readonly #logs = new AgentLogs(() => this.#runDir)
  readonly #policies = new AgentPolicies(this)
  readonly #followers = {
    policies: this.#policies,
    atRest: (agent: AgentId) => this.#fleet.atRest(agent),
    changed: () => this.changed(),
  }
  readonly #rules = new RuleBook()
  #resync: NodeJS.Timeout | undefined
  #runDir: string | null = null
  #stopping = false
  /** Of the last event of an earlier daemon. */
  readonly #lastAt: Millis | null

  constructor(options: DaemonOptions) {
    const { session, store, log, paths } = options
    this.options = options
    this.environment = options.environment
    this.session = session
    this.paths = paths
    this.store = store
    this.log = log
    const { state, snapshotSeq, lastAt, problems } = restoreState(store)
    for (const problem of problems) log.warn({ problem }, 'a snapshot is damaged')
    this.#lastAt = lastAt
    this.loop = new Loop({
      state,
      store,
      reduce,
      decide,
      perform: (action) => perform(action, this),
      now: () => this.clock.now(),
      log,
      onEvent: (seq, event) => this.#event(seq, event),
      onLost: options.storeLost,
    })
    this.#announcer = new Announcer({
      loop: this.loop,
      now: () => this.clock.now(),
      document: () => statusDocument(this.loop.state, this.#liveFacts()),
      show: (document) => {
        this.view.show(document)
        this.#notifier.look(document)
      },
    })
    this.#snapshots = new Snapshots(
      { journal: store, state, writtenUpTo: () => this.loop.writtenUpTo(), log },
      snapshotSeq,
    )
    this.#snapshots.begin()
    this.snapshotCheck = new SnapshotCheck(store)
    this.observer = new Observer({
      now: () => this.clock.now(),
      version: (agent) => versionOfAgent(agent, this),
      rules: (definition) => this.#rules.of(definition),
      observed: (agent, generation, observation) =>
        this.#dispatch({ type: 'agent.observed', at: this.clock.now(), agent, generation, observation }),
      marked: (agent, marker) => this.#guard(() => markerProof(agent, marker, this)),
      failed: (error) => log.warn({ err: error }, 'a look at a screen failed'),
    })
    this.#keyboard = new Keyboard(() => this.clock.now())
    this.deliverer = new Deliverer({
      observer: this.observer,
      keyboard: this.#keyboard,
      now: () => this.clock.now(),
      target: (agent) => deliveryTarget(agent, this),
      lastPrompt: (agent) => store.facts.get(FACTS.lastPrompt, agent),
      keepLastPrompt: (agent, text) => store.facts.set(FACTS.lastPrompt, text, agent),
      settled: () => this.loop.settled(),
    })
    this.outbox = new Outbox(this)
    this.jobs = new Jobs(session)
    this.view = new ViewManager({
      link: options.link,
      session,
      storeId: store.id,
      stateDir: sessionDir(paths, session),
      viewArgv: options.viewArgv,
      environment: options.environment,
      early: options.early,
      typed: (agent, send) => this.#keyboard.typed(agent, send),
      log,
    })
    this.projections = new Projections(this.loop, () => this.clock.now(), log)
    this.surveyor = new Surveyor(this, () => this.changed())
    this.housekeeper = keepHouse(store.backups, options.rotateLog, log)
    this.#notifier = new Notifier(this)
    this.#executions = new Executions(this)
    const factory = new HostFactory({
      askPassphrase: this.passphrases.ask,
      session,
      storeId: store.id,
      daemonGeneration: store.generation,
      paths,
      environment: options.environment,
      now: () => this.clock.now(),
    })
    this.#fleet = new Fleet(this, factory, {
      dispatch: (event) => this.#dispatch(event),
      guard: (work) => this.#guard(work),
      changed: () => this.changed(),
      output: (agent, data) => this.#logs.output(agent, data),
    })
    this.hosts = this.#fleet.hosts
  }

  /**
   * Takes up what the journal says: hosts, view, files. Starts nothing that was not running. `upFollows`: hosts and view
   * are left to the layout that is about to come.
   */
  async start(upFollows = false): Promise<void> {
    await this.#rules.load(this.paths.config, this.log)
    this.options.link.start()
    const { layout } = this.loop.state
    const clockGoesOn = keepClock(this, this.#lastAt)
    // What the journal says of machines was true for another daemon: nothing starts there before a first look.
    this.#fleet.forget()
    if (layout !== null) {
      this.#openRunDir(layout)
      this.#fleet.make(layout)
      if (!upFollows) await this.resume(layout)
    }
    this.#resync = setInterval(() => {
      this.#guard(clockGoesOn)
      void this.#fleet.lookAtEverything()
    }, 15_000)
    this.surveyor.start()
    this.#executions.settle()
    for (const agent of this.outbox.waiting) if (!this.loop.state.agents.has(agent)) this.outbox.resume(agent)
    this.loop.wake()
  }

  /** The run goes on only when it is asked to. */
  pause(by: Principal): void {
    const { loop, clock } = this
    if (loop.state.phase === 'running') loop.dispatch({ type: 'run.paused', at: clock.now(), by })
  }

  /** The hosts and the view of a layout that counts already. */
  async resume(layout: Layout): Promise<void> {
    await this.view
      .resume(layout)
      .catch((error: unknown) => this.log.warn({ err: error }, 'the view was not taken over'))
    this.#fleet.start()
  }

  /** No more decisions; what is there stays as it is. */
  beginStop(): void {
    this.#stopping = true
    this.snapshotCheck.stop()
    clearInterval(this.#resync)
    this.#announcer.close()
    this.#fleet.close()
    this.surveyor.stop()
    this.deliverer.close()
    this.loop.stop()
    this.observer.close()
    this.#policies.close()
    this.#logs.flush()
    this.projections.close()
  }

  /** Leaves the machines; `keep`: agents go on. Else: the machines where ours were ended, with the pids that live on. */
  endAgents(
    keep: boolean,
    perHostMs: number,
    by: Principal,
  ): Promise<ReadonlyMap<MachineId, readonly number[]>> {
    return this.#fleet.leave(keep, perHostMs, by)
  }

  isResetting(machine: MachineId): boolean {
    return this.#fleet.isResetting(machine)
  }

  lookSoon(): void {
    this.#fleet.lookSoon()
  }

  /** False: what the state says of the agents there may be old. */
  hasSeen(machine: MachineId): boolean {
    return this.#fleet.hasSeen(machine)
  }

  /** Ends the daemon's part alone: every agent and the view stay. */
  async stop(): Promise<void> {
    this.beginStop()
    await Promise.all([
      this.endAgents(true, LEAVE_MS, DAEMON),
      within(LEAVE_MS, this.view.close()),
      this.housekeeper.stop(),
    ])
    await this.options.link.stop()
    this.#snapshots.save()
    const gate = this.loop.settled()
    if (gate === null) return
    await within(LEAVE_MS, gate)
    this.projections.flush()
  }

  /** `cwd`: where it was asked for; else where the last `up` was. */
  async loadLayout(path: string, cwd?: string): Promise<ReadLayout> {
    const { shell } = this.environment
    const asked = cwd === undefined ? shell : { ...shell, ORCHESTRA_CWD: cwd }
    const read = await readLayout(path, layoutOptions(this.paths, asked))
    if (read.layout.session !== this.session) {
      throw new OrchestraError(
        `that layout is of session ${read.layout.session}; this is the daemon of ${this.session}`,
        { kind: 'usage' },
      )
    }
    return read
  }

  /** The layout counts from now on; exited agents start again. All or nothing. */
  applyLayout(layout: Layout, by: Principal): void {
    this.refuseWhenStopping()
    this.#openRunDir(layout)
    this.loop.dispatch({ type: 'layout.applied', at: this.clock.now(), layout, revive: true, by })
    this.#fleet.make(layout)
    this.#fleet.reviveAtSight()
    // Whoever asked has the answer first: there is much to start, and few cores.
    setImmediate(() =>
      this.loop.afterSettled(() => {
        if (this.#stopping) return
        this.#fleet.start()
        this.surveyor.soon()
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

  #openRunDir(layout: Layout): void {
    const dir = layout.runDir ?? runDir(this.paths, this.session)
    if (dir === this.#runDir) return
    this.projections.open(dir)
    this.#runDir = dir
  }

  get runDir(): string {
    return this.#runDir ?? runDir(this.paths, this.session)
  }

  #dispatch(event: RunEvent): void {
    this.#guard(() => this.loop.dispatch(event))
  }

  /** Listeners of streams must not throw into them; what was not taken now is seen again at the next look. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.log.warn({ err: error }, 'an event was not taken')
      this.lookSoon()
      this.changed()
    }
  }

  #event(seq: number, event: RunEvent): void {
    this.#announcer.tell({ event: 'event', data: eventRow(seq, event) })
    followEvent(event, this, this.#followers)
    this.#executions.follow(event)
    this.#snapshots.followed(seq)
    if (ENDS.has(event.type)) this.projections.ended()
    else this.projections.changed()
    this.changed()
  }

  /** Something that `status` shows has changed. */
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
      storeProblem: this.loop.storeProblem ?? this.projections.problem,
      machine: (id) => this.surveyor.machine(id),
      mcp: (id) => this.surveyor.mcp(id),
      outputAt: (id) => this.observer.outputAt(id),
      version: (id) => versionOfAgent(id, this),
      queued: (id) => this.deliverer.queued(id),
      question: (id) => this.observer.question(id),
      place: (id) => this.view.paneOf(id),
    }
  }
}
