import { startsPerAttempt, waitsForTask } from '../../core/run/index/agent-tree.js'
import { versionProblem } from '../../agents/cli-version.js'
import { agentDefinition } from '../../agents/registry.js'
import type { ReadLayout } from '../../config/read-layout.js'
import { fix } from '../../core/fixes.js'
import type { Layout } from '../../core/layout/model.js'
import type { Principal } from '../../core/principal.js'
import type { PlanStep, UpRequest, UpResponse } from '../../core/protocol/api.js'
import { isListed } from '../../core/run/rows/selectors.js'
import type { AgentRecord } from '../../core/run/state.js'
import { awayFromHome } from '../../core/view/agent-steps.js'
import { isChange } from '../../core/view/plan-step.js'
import type { ReconcileResult } from '../../tmux/view-session.js'
import { lastStartOf } from '../machines/cli-versions.js'
import type { Daemon } from '../daemon.js'
import { applyAgreed, isAgreed } from './apply-agreed.js'
import { attachInfo } from './attach-info.js'
import { confirmed } from '../kernel/confirmed.js'
import { viewSteps } from './plan-up.js'
import { startRun } from './start-run.js'
import { until } from './until.js'

/** The view stands when this resolves; agents come by themselves, unless `wait`. `read`: the layout, if it is read already. */
export async function applyUp(
  daemon: Daemon,
  request: UpRequest,
  by: Principal,
  read?: ReadLayout,
): Promise<UpResponse> {
  // Two at once: the second reads its file, and looks, when the first is through.
  const work = () => apply(daemon, request, by, read)
  const { layout, warnings, steps, built } = await daemon.ups.take(work)
  await newTries(daemon)
  if (request.wait) await until(daemon, () => missing(daemon).length === 0, request.timeoutMs)
  await versionsAsked(daemon)
  const { doors } = daemon.parts
  await doors.settled()
  const ended = over(daemon, request)
  return {
    session: daemon.session,
    view: daemon.parts.view.name,
    socket: layout.tmux.socket,
    created: built.created,
    createdPanes: built.createdPanes,
    changed: built.changed,
    left: built.left.length,
    missing: missing(daemon),
    warnings: [
      ...warnings,
      ...kept(built),
      ...notThere(daemon),
      ...leftBehind(daemon, layout),
      ...tooOld(daemon),
      ...(ended === null ? [] : [ended]),
      ...(doors.problem === null ? [] : [`${doors.problem.text}; ${doors.problem.mend}`]),
    ],
    ...(ended === null ? {} : { ended }),
    steps: steps.filter(isChange),
    attach: attachInfo(daemon),
  }
}

interface Applied {
  readonly layout: Layout
  readonly warnings: readonly string[]
  readonly steps: readonly PlanStep[]
  readonly built: ReconcileResult
}

async function apply(
  daemon: Daemon,
  request: UpRequest,
  by: Principal,
  read: ReadLayout | undefined,
): Promise<Applied> {
  const { environment } = daemon.options
  const before = environment.shell
  // First: the layout may name its variables.
  if (request.env !== undefined)
    environment.adopt({
      ...request.env,
      ...(request.cwd === undefined ? {} : { ORCHESTRA_CWD: request.cwd }),
    })
  try {
    return await applyWith(daemon, request, by, read)
  } catch (error) {
    // Refused: that shell's variables do not count either.
    if (request.env !== undefined) environment.adopt(before)
    throw error
  }
}

async function applyWith(
  daemon: Daemon,
  request: UpRequest,
  by: Principal,
  read: ReadLayout | undefined,
): Promise<Applied> {
  const { layout, warnings } = read ?? (await daemon.loadLayout(request.layout))
  daemon.refuseWhenStopping()
  const consent = request.consent ?? []
  const size = { cols: request.cols, rows: request.rows }
  let steps: readonly PlanStep[] = []
  let built: ReconcileResult
  if (daemon.loop.state.layout === null) {
    // Nothing runs yet. The view first: it can refuse (a foreign session), and then nothing is to have changed.
    built = await daemon.parts.view.up(layout, size)
    daemon.applyLayout(layout, by)
    daemon.startHosts()
  } else {
    // A session that refuses does so here. Whoever is killed from now on finds the layout in the journal, and the next
    // `up` makes the rest.
    const view = viewSteps(await daemon.parts.view.prepare(layout), layout)
    steps = applyAgreed(daemon, layout, { consent, by }, view)
    try {
      await confirmed(daemon.loop)
      built = await daemon.parts.view.up(layout, size, (key) => isAgreed(consent, key))
    } finally {
      // The layout counts, whatever became of its view.
      daemon.startHosts()
    }
  }
  if (request.run) startRun(daemon, by)
  return { layout, warnings, steps, built }
}

function kept({ kept }: ReconcileResult): string[] {
  return kept.map((text) => `left as it is, something was begun there just now: ${text}`)
}

function missing(daemon: Daemon): string[] {
  return [...daemon.loop.state.agents.values()]
    .filter((a) => isListed(a) && a.wanted === 'running' && !startsPerAttempt(a.spec))
    .filter(
      (a) => a.process.status !== 'alive' || a.restartRequested || !daemon.parts.fleet.hasSeen(a.machine),
    )
    .map((a) => a.spec.id)
}

/** Machines that are known to be away; those that are only coming up are no news. */
function notThere({ parts, loop }: Daemon): string[] {
  return [...parts.hosts.values()].flatMap((host) => {
    if (host.isReady || host.reason === null) return []
    const agents = [...loop.state.agents.values()].filter((a) => a.machine === host.machine.id).length
    // What was wrong before may not be so any more.
    if (host.isComing) return [`${host.machine.id} is being connected to; its ${agents} agents wait for it`]
    return [`${host.machine.id} is ${host.state}: ${host.reason}; its ${agents} agents wait for it`]
  })
}

/** A start asks for the version of its CLI; `up` only waits for that, and not for machines that are known to be away. */
async function versionsAsked(daemon: Daemon): Promise<void> {
  const deadline = Date.now() + VERSIONS_MS
  const isAsked = (agent: AgentRecord) => {
    const { machine, wanted, mode, process } = agent
    const host = daemon.parts.hosts.get(machine)
    if (host === undefined || !(host.isReady || host.isComing)) return true
    if (wanted !== 'running' || mode === 'headless' || waitsForTask(agent)) return true
    return process.status === 'exited' || daemon.parts.versions.isAsked(lastStartOf(agent), host)
  }
  while (Date.now() < deadline && ![...daemon.loop.state.agents.values()].every(isAsked))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}

const VERSIONS_MS = 3000

/** One line for all agents with the same old CLI. */
function tooOld(daemon: Daemon): string[] {
  const agents = new Map<string, string[]>()
  for (const agent of daemon.loop.state.agents.values()) {
    if (!isListed(agent) || agent.wanted !== 'running') continue
    const { spec } = agent
    const problem = versionProblem(agentDefinition(spec.behaviour), daemon.parts.versions.ofAgent(spec.id))
    if (problem !== null) agents.set(problem, [...(agents.get(problem) ?? []), spec.id])
  }
  return [...agents].map(([problem, ids]) => `${ids.join(', ')}: ${problem}`)
}

/** `--run` begins nothing twice: whoever asks for it after the end is told so. */
function over({ loop }: Daemon, { run }: UpRequest): string | null {
  if (!run || loop.state.phase !== 'finished') return null
  return `the run has ended, nothing was started: \`${fix('run.again')}\` or \`${fix('run.up-again')}\` begins it again`
}

/** A machine that was away has just been asked again: what was wrong before is told only if it still is. */
async function newTries(daemon: Daemon): Promise<void> {
  const hosts = () => [...daemon.parts.hosts.values()]
  const waiting = () => hosts().some((host) => host.reason !== null && host.isComing)
  // Where nothing was wrong there is nothing to wait for: the answer goes out before hosts are started.
  if (hosts().every((host) => host.reason === null)) return
  const deadline = performance.now() + NEW_TRY_MS
  // Hosts are asked in the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  while (waiting() && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}

const NEW_TRY_MS = 4000
const LOOK_MS = 20

function leftBehind({ loop }: Daemon, layout: Layout): string[] {
  return [...loop.state.agents.values()].flatMap(({ spec, machine, process, wanted }) => {
    if (process.status !== 'alive' || wanted !== 'running') return []
    const why = awayFromHome(spec, machine, layout)
    return why === null ? [] : [`${spec.id} is ${why}`]
  })
}
