import type { ReadLayout } from '../../config/read-layout.js'
import type { Layout } from '../../core/layout/model.js'
import type { Principal } from '../../core/principal.js'
import type { UpRequest, UpResponse } from '../../core/protocol/api.js'
import { isListed } from '../../core/run/selectors.js'
import { movedAway } from '../../core/view/plan-steps.js'
import type { Daemon } from '../daemon.js'
import { attachInfo } from './attach-info.js'
import { startRun } from './start-run.js'

/** The view stands when this resolves; agents come by themselves, unless `wait`. `read`: the layout, if it is read already. */
export async function up(
  daemon: Daemon,
  request: UpRequest,
  by: Principal,
  read?: ReadLayout,
): Promise<UpResponse> {
  // First: the layout may name its variables.
  if (request.env !== undefined)
    daemon.environment.adopt({
      ...request.env,
      ...(request.cwd === undefined ? {} : { ORCHESTRA_CWD: request.cwd }),
    })
  const { layout, warnings } = read ?? (await daemon.loadLayout(request.layout))
  daemon.refuseWhenStopping()
  // The view first: it can refuse (a foreign session), and then nothing is to have changed.
  const built = await daemon.view.up(layout, { cols: request.cols, rows: request.rows })
  daemon.applyLayout(layout, by)
  if (request.run) startRun(daemon, by)
  if (request.wait) await agentsThere(daemon, request.timeoutMs)
  return {
    session: daemon.session,
    view: daemon.view.name,
    socket: layout.tmux.socket,
    created: built.created,
    changed: built.changed,
    left: built.left.length,
    missing: missing(daemon),
    warnings: [...warnings, ...notThere(daemon), ...leftBehind(daemon, layout), ...over(daemon, request)],
    attach: attachInfo(daemon),
  }
}

function missing(daemon: Daemon): string[] {
  return [...daemon.loop.state.agents.values()]
    .filter((a) => isListed(a) && a.wanted === 'running')
    .filter((a) => a.process.status !== 'alive' || a.restartRequested || !daemon.hasSeen(a.machine))
    .map((a) => a.spec.id)
}

/** Machines that are known to be away; those that are only coming up are no news. */
function notThere({ hosts, loop }: Daemon): string[] {
  return [...hosts.values()].flatMap((host) => {
    if (host.isReady || host.reason === null) return []
    const agents = [...loop.state.agents.values()].filter((a) => a.machine === host.machine.id).length
    return [`${host.machine.id} is ${host.state}: ${host.reason}; its ${agents} agents wait for it`]
  })
}

/** `--run` begins nothing twice: whoever asks for it after the end is told so. */
function over({ loop }: Daemon, { run }: UpRequest): string[] {
  if (!run || loop.state.phase !== 'finished') return []
  return ['the run has ended, nothing was started: `orchestra run --again` begins it anew']
}

function leftBehind({ loop }: Daemon, layout: Layout): string[] {
  return [...loop.state.agents.values()].flatMap(({ spec, machine, process, wanted }) => {
    if (process.status !== 'alive' || wanted !== 'running') return []
    const why = movedAway(spec.id, machine, spec.machine, layout)
    return why === null ? [] : [`${spec.id} is ${why}`]
  })
}

async function agentsThere(daemon: Daemon, timeoutMs: number): Promise<void> {
  if (missing(daemon).length === 0) return
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      unsubscribe()
      resolve()
    }
    const timer = setTimeout(finish, timeoutMs)
    const unsubscribe = daemon.subscribe(() => {
      if (missing(daemon).length === 0) finish()
    })
  })
}
