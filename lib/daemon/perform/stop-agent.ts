import { decodeExitRecord } from '../../core/protocol/agent-report.js'
import type { Action } from '../../core/run/actions.js'
import { hostOf, type DaemonContext } from '../context.js'

const RECORD_DEADLINE_MS = 4000
const POLL_MS = 100

/** Closing the window hangs up; the launcher's watcher ends what is left and writes the record that we wait for. */
export async function stopAgent(
  action: Extract<Action, { type: 'agent.stop' }>,
  context: DaemonContext,
): Promise<void> {
  const { agent, generation, machine, why } = action
  const host = hostOf(context, machine)
  await host.stopWindows(agent)
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
