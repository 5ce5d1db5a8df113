/**
 * A machine is ready: what is in the journal is held against what runs there. Agents that live are adopted, never
 * started anew; those that are gone get their exit record read; windows that nobody knows are closed.
 */
import { parseAgentId } from '../../core/ids.js'
import type { AgentPane } from '../../tmux/protocol/agent-rows.js'
import { readRecords, readResults, windowGone } from '../attempts/read-records.js'
import { readMissedMarkers } from '../attempts/read-missed-markers.js'
import { watchAgent } from '../observe/watch-agent.js'
import type { RunState } from '../../core/run/state.js'
import type { DaemonContext } from '../context.js'
import { isProcess, jobEnd, watchJob } from '../attempts/watch-job.js'
import { jobKey, jobName } from '../machines/job-name.js'
import { within } from '../../exec/within.js'
import type { Host } from '../machines/host.js'

/** `cameBack`: the daemon or the link was away; what was printed meanwhile went past us. */
export async function syncHost(
  host: Host,
  panes: readonly AgentPane[],
  context: DaemonContext,
  cameBack = false,
): Promise<void> {
  const { loop, clock, log } = context
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
    if (now?.process.status !== 'starting') context.outbox.resume(id)
    if (now?.process.status !== 'alive') continue
    if (pane === undefined || pane.dead !== null) checks.push(windowGone(id, agent.generation, context))
    else {
      watchAgent(id, context)
      checks.push(readRecords(id, context))
      if (cameBack) checks.push(readMissedMarkers(id, host, context))
    }
  }
  context.jobs.lookAgain()
  for (const attempt of loop.state.attempts.values()) {
    if (attempt.machine === machine && isProcess(attempt) && attempt.phase === 'running')
      watchJob(attempt.id, context)
  }
  const results = await Promise.allSettled(checks)
  for (const result of results) {
    if (result.status !== 'rejected') continue
    log.warn({ err: result.reason as unknown, machine }, 'a look at an agent failed')
    context.lookSoon()
  }
  await closeStrays(host, panes, context)
}

const COLLECT_MS = 5000

/** Everything that ran there is gone. Records on disk outlive it: what was done and said counts first. */
export async function resetHost(
  host: Host,
  reset: 'reboot' | 'server',
  context: DaemonContext,
): Promise<void> {
  const { loop, clock } = context
  await within(COLLECT_MS, collectResults(host, context))
  loop.dispatch({
    type: 'machine.reset',
    at: clock.now(),
    machine: host.machine.id,
    reason: reset === 'reboot' ? 'reboot' : 'server_gone',
    by: null,
  })
}

async function collectResults(host: Host, context: DaemonContext): Promise<void> {
  const { loop } = context
  const here = [...loop.state.attempts.values()].filter(
    (a) => a.machine === host.machine.id && a.phase === 'running',
  )
  context.jobs.lookAgain()
  await Promise.allSettled(
    here.map((attempt) =>
      isProcess(attempt) ? jobEnd(attempt.id, context) : readResults(attempt.agent!, context),
    ),
  )
}

/** Windows with our stamp whose agent is not of this layout any more, or of an older generation. */
async function closeStrays(
  host: Host,
  panes: readonly AgentPane[],
  { loop, log, jobs }: DaemonContext,
): Promise<void> {
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
