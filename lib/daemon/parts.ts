/**
 * Makes the parts of the daemon, each with what it needs, and lists them. A part starts, hears, follows and shows in the list's
 * order, and stops in the reverse.
 */
import type { MachineId } from '../core/ids.js'
import type { StreamMessage } from '../core/protocol/api.js'
import type { Millis } from '../core/time.js'
import { localZone } from '../home/local-zone.js'
import { sessionDir } from '../home/paths.js'
import { Access } from './access/access.js'
import { AgentLogs } from './agents/agent-logs.js'
import { AgentPolicies } from './agents/agent-policies.js'
import { Agents } from './agents/agents.js'
import { PromptAnswers } from './agents/answer-prompt.js'
import { readOutputs } from './agents/read-outputs.js'
import { Attempts } from './attempts/attempts.js'
import { Bell } from './attempts/bell.js'
import { GapReader } from './attempts/gap-reader.js'
import { Hooks } from './attempts/hooks.js'
import { JobWatch } from './attempts/job-watch.js'
import { markerProof } from './attempts/marker-proof.js'
import { Records } from './attempts/records.js'
import { Reports } from './attempts/reports.js'
import type { DaemonOptions } from './daemon-options.js'
import { Deliverer } from './delivery/deliverer.js'
import { DeliveryTargets } from './delivery/delivery-target.js'
import { Keyboard } from './delivery/keyboard.js'
import { Outbox } from './delivery/outbox.js'
import { Doors } from './doors/doors.js'
import { Escalations, Recorder } from './escalation/escalations.js'
import { Fleet } from './fleet/fleet.js'
import { Gates } from './gates/gates.js'
import { Executions } from './history/executions.js'
import { keepHouse } from './history/housekeeper.js'
import { Projections } from './history/projections.js'
import { RunDirectory } from './history/run-directory.js'
import { SnapshotCheck } from './history/snapshot-check.js'
import { Snapshots } from './history/snapshots.js'
import { Endings } from './jobs/endings.js'
import { JobOutputs } from './jobs/job-outputs.js'
import { Jobs } from './jobs/jobs.js'
import { LeftBehind } from './jobs/left-behind.js'
import { ClockKeeper } from './kernel/keep-clock.js'
import type { Kernel } from './kernel/kernel.js'
import type { Part } from './kernel/part.js'
import type { Posts } from './kernel/posts.js'
import { RunEnd } from './kernel/run-end.js'
import { CliVersions } from './machines/cli-versions.js'
import type { Hears } from './machines/hears.js'
import type { Host } from './machines/host.js'
import { Github } from './github/github.js'
import { HostFactory } from './machines/make-hosts.js'
import { Passphrases } from './machines/passphrases.js'
import { PlantedFiles } from './machines/planted.js'
import { queueMessage } from './delivery/queue-message.js'
import { tellOutside } from './notify/tell-outside.js'
import { Notifier } from './notify/notifier.js'
import { Observer } from './observe/observer.js'
import { RuleBook } from './observe/rule-book.js'
import { Seats } from './observe/seats.js'
import { Watcher } from './observe/watcher.js'
import { Forecaster } from './plan/forecaster.js'
import { Standby } from './plan/standby.js'
import { ReportTeller } from './reports/report-teller.js'
import { StatusCommitter } from './status-commits/status-committer.js'
import { Merges } from './merges/merges.js'
import { Trees } from './trees/trees.js'
import { Surveyor } from './surveys/surveyor.js'
import { MirroredAgents } from './view/mirrored-agents.js'
import { ViewManager } from './view/view-manager.js'

export interface PartsContext {
  readonly options: DaemonOptions
  /** Of the snapshot that the state was made from. */
  readonly snapshotSeq: number
  /** Of the last event of an earlier daemon. */
  readonly lastAt: Millis | null
  readonly subscribe: (listener: (message: StreamMessage) => void) => () => void
}

export type Parts = ReturnType<typeof makeParts>

export function makeParts(kernel: Kernel, context: PartsContext) {
  const { options, snapshotSeq, lastAt, subscribe } = context
  const { session, store, loop, clock, log } = kernel
  const { paths, environment } = options
  const now = () => clock.now()
  const hosts = new Map<MachineId, Host>()

  const access = new Access(kernel)
  const passphrases = new Passphrases()
  const factory = new HostFactory({
    askPassphrase: passphrases.ask,
    session,
    storeId: store.id,
    daemonGeneration: store.generation,
    paths,
    environment,
    now,
  })
  const versions = new CliVersions(kernel, hosts)
  const projections = new Projections(loop, now, log)
  const runDirectory = new RunDirectory(kernel, paths, projections)
  const jobs = new Jobs(session, new JobOutputs(kernel, runDirectory))
  const endings = new Endings()
  const trees = new Trees({ kernel, hosts, jobs })
  const merges = new Merges({ kernel, hosts, jobs, shells: trees.shells, pulls: (ask) => github.pull(ask) })
  const leftBehind = new LeftBehind(kernel, subscribe)

  const rules = new RuleBook(paths.config, log)
  const observer = new Observer({
    kernel,
    versions,
    rules,
    marked: (agent, marker) => markerProof(agent, marker, { kernel, observer }),
  })
  const keyboard = new Keyboard(now)
  const targets = new DeliveryTargets(kernel, hosts)
  const deliverer = new Deliverer({ observer, keyboard, now, targets, facts: store.facts, loop })
  const outbox = new Outbox(kernel, deliverer)
  const view = new ViewManager({
    link: options.link,
    session,
    storeId: store.id,
    stateDir: sessionDir(paths, session),
    viewArgv: options.viewArgv,
    environment,
    early: options.early,
    typed: (agent, send) => keyboard.typed(agent, send),
    log,
  })

  const logs = new AgentLogs(() => runDirectory.opened, clock)
  const answers = new PromptAnswers({ kernel, hosts, observer })
  const jobWatch = new JobWatch({ kernel, hosts, jobs, endings })
  const hooks = new Hooks({ kernel, observer, deliverer })
  const reports = new Reports({ kernel, hosts, observer, hooks })
  const records = new Records({ kernel, hosts, reports })
  const gaps = new GapReader({ kernel, hosts, observer })
  const watcher = new Watcher({
    kernel,
    hosts,
    observer,
    seats: new Seats(kernel),
    versions,
    shown: (agent, host, pane) =>
      view.agentAt(agent, host, pane, loop.state.agents.get(agent)?.spec.adopt != null),
    printed: (agent, data) => logs.output(agent, data),
    missed: (agent, host) => {
      logs.leftOut(agent)
      gaps.gap(agent, host)
    },
  })
  const fleet = new Fleet({
    kernel,
    hosts,
    factory,
    observer,
    outbox,
    watcher,
    records,
    reports,
    jobs,
    jobWatch,
  })
  const surveyor = new Surveyor(kernel, hosts)
  const housekeeper = keepHouse(store.backups, options.rotateLog, log)
  const snapshotCheck = new SnapshotCheck(store)
  const snapshots = new Snapshots(
    { journal: store, state: loop.state, writtenUpTo: () => loop.writtenUpTo(), log },
    snapshotSeq,
  )
  // Before our first event.
  snapshots.begin()
  const forecaster = new Forecaster(kernel, localZone)
  const github = new Github(kernel, {
    env: () => environment.shell,
    version: options.version,
    zone: localZone,
  })
  const notifier = new Notifier({
    session,
    clock,
    log,
    loop,
    store,
    message: (text) => view.message(text),
  })

  const doors = new Doors(kernel)
  let posting: Posts | undefined
  const list = [
    access,
    doors,
    rules,
    new ClockKeeper(kernel, lastAt),
    runDirectory,
    versions,
    watcher,
    outbox,
    deliverer,
    new AgentPolicies({ kernel, observer, deliverer, answers }),
    logs,
    gaps,
    new Bell({ kernel, jobs, records }),
    new MirroredAgents(kernel, view),
    new PlantedFiles(kernel),
    new Agents({ kernel, hosts, versions, leftBehind, endings, jobs, tokens: access.ofAgents }),
    trees,
    merges,
    new Attempts({
      trees,
      kernel,
      hosts,
      observer,
      deliverer,
      jobs,
      jobWatch,
      leftBehind,
      endings,
      tokens: access.ofAgents,
    }),
    new Gates({ kernel, hosts, jobs }),
    new RunEnd(kernel),
    forecaster,
    new Standby(kernel),
    new Recorder(kernel),
    new Escalations({
      kernel,
      message: (text) => view.message(text),
      send: (agent, message) => queueMessage({ kernel, outbox }, agent, message),
      tellOutside,
      posts: (): Posts | undefined => posting,
    }),
    fleet,
    surveyor,
    github,
    notifier,
    new ReportTeller(kernel, localZone, tellOutside),
    new StatusCommitter(kernel, hosts),
    new Executions(kernel),
    snapshots,
    snapshotCheck,
    housekeeper,
    projections,
  ] as const satisfies readonly Part[]
  posting = (list as readonly Part[]).find(({ posts }) => posts !== undefined)?.posts
  const listening: readonly (Part & Partial<Hears>)[] = list
  fleet.tell(listening)

  return {
    list,
    access,
    answers,
    deliverer,
    doors,
    fleet,
    forecaster,
    github,
    hooks,
    hosts: hosts as ReadonlyMap<MachineId, Host>,
    housekeeper,
    jobs,
    leftBehind,
    observer,
    outbox,
    outputs: readOutputs(hosts, () => runDirectory.path),
    passphrases,
    projections,
    runDirectory,
    snapshotCheck,
    surveyor,
    trees,
    merges,
    versions,
    view,
  }
}
