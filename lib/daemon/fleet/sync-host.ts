/**
 * A machine is ready: what is in the journal is held against what runs there. Agents that live are adopted, never
 * started anew; those that are gone get their exit record read; windows that nobody knows are closed.
 */
import { parseAgentId } from '../../core/ids.js'
import type { AgentPane } from '../../tmux/protocol/agent-rows.js'
import { isProcess } from '../attempts/is-process.js'
import type { JobWatch } from '../attempts/job-watch.js'
import type { ProofNeeds } from '../attempts/marker-proof.js'
import { readMissedMarkers } from '../attempts/read-missed-markers.js'
import type { Records } from '../attempts/records.js'
import type { Reports } from '../attempts/reports.js'
import type { Outbox } from '../delivery/outbox.js'
import type { Jobs } from '../jobs/jobs.js'
import type { Watcher } from '../observe/watcher.js'
import type { RunState } from '../../core/run/state.js'
import type { Kernel } from '../kernel/kernel.js'
import { jobKey, jobName } from '../machines/job-name.js'
import { keepOutputs } from '../attempts/keep-outputs.js'
import { within } from '../../exec/within.js'
import type { Host } from '../machines/host.js'

export interface SyncNeeds extends ProofNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock' | 'log' | 'lookSoon'>
  readonly outbox: Pick<Outbox, 'resume'>
  readonly watcher: Pick<Watcher, 'watch'>
  readonly records: Pick<Records, 'read' | 'windowGone'>
  readonly reports: Pick<Reports, 'results'>
  readonly jobs: Pick<Jobs, 'lookAgain' | 'isAwaited' | 'giveUp'>
  readonly jobWatch: Pick<JobWatch, 'watch' | 'ended'>
}

/** `cameBack`: the daemon or the link was away; what was printed meanwhile went past us. */
export async function syncHost(
  host: Host,
  panes: readonly AgentPane[],
  needs: SyncNeeds,
  cameBack = false,
): Promise<void> {
  const { loop, clock, log } = needs.kernel
  const machine = host.machine.id
  const checks: Promise<void>[] = []
  for (const agent of loop.state.agents.values()) {
    const { id } = agent.spec
    if (agent.machine !== machine || agent.generation === 0) continue
    const pane = panes.find((p) => p.agent === id && p.generation === String(agent.generation))
    if (agent.process.status === 'starting' && pane !== undefined) {
      loop.dispatch({
        type: 'agent.started',
        at: clock.now(),
        agent: id,
        generation: agent.generation,
        machine,
        pid: pane.pid,
        pane: pane.pane,
      })
    }
    const now = loop.state.agents.get(id)
    // One that is starting takes up its messages when it has started.
    if (now?.process.status !== 'starting') needs.outbox.resume(id)
    if (now?.process.status !== 'alive') continue
    if (pane === undefined || pane.dead !== null) checks.push(needs.records.windowGone(id, agent.generation))
    else {
      needs.watcher.watch(id)
      checks.push(needs.records.read(id))
      if (cameBack) checks.push(readMissedMarkers(id, host, needs))
    }
  }
  needs.jobs.lookAgain()
  for (const attempt of loop.state.attempts.values()) {
    if (attempt.machine === machine && isProcess(attempt) && attempt.phase === 'running')
      needs.jobWatch.watch(attempt.id)
  }
  const results = await Promise.allSettled(checks)
  for (const result of results) {
    if (result.status !== 'rejected') continue
    log.warn({ err: result.reason as unknown, machine }, 'a look at an agent failed')
    needs.kernel.lookSoon()
  }
  await closeStrays(host, panes, needs)
}

const COLLECT_MS = 5000

/** Everything that ran there is gone. Records on disk outlive it: what was done and said counts first. */
export async function resetHost(host: Host, reset: 'reboot' | 'server', needs: SyncNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  await within(
    COLLECT_MS,
    collectResults(host, needs).then(() => keepOutputs(host, needs)),
  )
  loop.dispatch({
    type: 'machine.reset',
    at: clock.now(),
    machine: host.machine.id,
    reason: reset === 'reboot' ? 'reboot' : 'server_gone',
    by: null,
  })
}

async function collectResults(host: Host, needs: SyncNeeds): Promise<void> {
  const { loop } = needs.kernel
  const here = [...loop.state.attempts.values()].filter(
    (a) => a.machine === host.machine.id && a.phase === 'running' && a.told.task.act === null,
  )
  needs.jobs.lookAgain()
  await Promise.allSettled(
    here.map((attempt) =>
      isProcess(attempt) ? needs.jobWatch.ended(attempt.id) : needs.reports.results(attempt.agent!),
    ),
  )
}

/** Windows with our stamp whose agent is not of this layout any more, or of an older generation. */
async function closeStrays(
  host: Host,
  panes: readonly AgentPane[],
  { kernel, jobs }: SyncNeeds,
): Promise<void> {
  const { loop, log } = kernel
  for (const pane of panes) {
    if (pane.agent.startsWith('job-')) {
      // Left by a daemon that died: how it ended stands in its record, not in its window. Or its attempt was ended
      // while it was being started.
      if (jobs.isAwaited(pane.agent) || !host.isReady) continue
      const isLeft = pane.dead !== null || isOver(pane.agent, loop.state)
      await loop.settled()
      if (isLeft) await host.session.stopWindow(pane.window)
      continue
    }
    const id = parseAgentId(pane.agent)
    const agent = id === undefined ? undefined : loop.state.agents.get(id)
    // Every start has a generation of its own: the same one is the same agent, whatever the machine is called by now.
    const known = agent !== undefined && pane.generation === String(agent.generation)
    if (known || !host.isReady) continue
    log.info(
      { agent: pane.agent, generation: pane.generation },
      'closing a window that belongs to no agent of ours',
    )
    await loop.settled()
    await host.session.stopWindow(pane.window)
  }
}

function isOver(job: string, { attempts }: RunState): boolean {
  for (const attempt of attempts.values())
    if (attempt.phase === 'ended' && isProcess(attempt) && jobName(jobKey(attempt.id)) === job) return true
  return false
}
