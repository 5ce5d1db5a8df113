import { decodeExitRecord } from '../../core/protocol/agent-report.js'
import type { AgentId } from '../../core/ids.js'
import type { Action } from '../../core/run/actions.js'
import { hostOf, type DaemonContext } from '../context.js'
import { closeWindowsOf } from '../hosts/host-agents.js'
import type { Host } from '../hosts/host.js'
import { endJob } from '../hosts/host-jobs.js'
import { jobKey } from '../hosts/job-name.js'
import { stopping } from '../watch-job.js'

const RECORD_DEADLINE_MS = 4000
const POLL_MS = 100

/** Closing the window hangs up; the launcher's watcher ends what is left and writes the record that we wait for. */
export async function stopAgent(
  action: Extract<Action, { type: 'agent.stop' }>,
  context: DaemonContext,
): Promise<void> {
  const { agent, generation, machine, why } = action
  const host = hostOf(context, machine)
  await endProcess(agent, host, context)
  await closeWindowsOf(host, agent)
  const deadline = context.clock.now() + RECORD_DEADLINE_MS
  for (;;) {
    const { exit } = await host.readAgent(agent, generation, null)
    const record = exit === null ? null : decodeExitRecord(exit, { agent, generation, nonce: null })
    if (record?.ok === true || context.clock.now() > deadline) {
      const how = record?.ok === true ? record.value : { exitCode: null, signal: null }
      context.loop.dispatch({
        type: 'agent.exited',
        at: context.clock.now(),
        agent,
        generation,
        exitCode: how.exitCode,
        signal: how.signal,
        reason: why,
      })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Of a headless agent: what works for it ends with it, before its attempt counts as cancelled. */
async function endProcess(id: AgentId, host: Host, context: DaemonContext): Promise<void> {
  const { loop } = context
  const last = loop.state.agents.get(id)?.attempt
  const attempt = last == null ? undefined : loop.state.attempts.get(last)
  if (attempt?.headless !== true || attempt.phase === 'ended' || attempt.phase === 'verifying') return
  stopping(attempt.id, context)
  await endJob(host, jobKey(attempt.id))
}
