import { decodeExitRecord, type ExitRecord } from '../../core/protocol/agent-report.js'
import type { AgentId } from '../../core/ids.js'
import type { Action } from '../../core/run/actions.js'
import { isThere } from '../../core/run/index/agent-state.js'
import { whyStopped } from '../../core/run/index/why-stopped.js'
import type { AgentRecord } from '../../core/run/state.js'
import type { AgentNeeds } from './agent-needs.js'
import { hostOf } from '../machines/host-of.js'
import { agentStart, endStarts } from '../machines/end-starts.js'
import { closeWindowsOf } from '../machines/windows.js'
import type { Host } from '../machines/host.js'
import { jobKey } from '../machines/job-name.js'

type StopAgent = Extract<Action, { type: 'agent.stop' }>

/** A launcher that saw its program end records it at once. A program that was only beginning is ended at the next look. */
const LOOKS = 6
const LOOK_MS = 300
/** For the watcher of one that was killed: two seconds for TERM, then KILL, on a machine that has too much to do. */
const RECORD_DEADLINE_MS = 10_000
const POLL_MS = 100

/**
 * Ends everything of that start, closes its window, and reads the exit record back: only then it counts as exited, and
 * may be started again. Until then its state is `stopping`.
 */
export async function stopAgent(action: StopAgent, needs: AgentNeeds): Promise<void> {
  const { agent, generation, machine, why } = action
  const { loop, clock } = needs.kernel
  if (!isToStop(loop.state.agents.get(agent), generation)) return
  const host = hostOf(needs, machine)
  await endProcess(agent, host, needs)
  const left: number[] = []
  let record: ExitRecord | null = null
  for (let look = 0; record === null && look < LOOKS; look += 1) {
    left.splice(0, Infinity, ...(await endStarts(host, [agentStart(host, agent, generation)])))
    record = await recordOf(host, agent, generation, LOOK_MS)
  }
  await closeWindowsOf(host, agent)
  if (record === null) {
    record = await recordOf(host, agent, generation, RECORD_DEADLINE_MS)
    // Its program may have begun since.
    left.splice(0, Infinity, ...(await endStarts(host, [agentStart(host, agent, generation)])))
  }
  const said = needs.leftBehind.note(agent, [...left, ...(record?.left ?? [])])
  // The reader of records may have seen its end first.
  if (!isThereAs(loop.state.agents.get(agent), generation)) return
  loop.dispatch({
    type: 'agent.exited',
    at: clock.now(),
    agent,
    generation,
    exitCode: record?.exitCode ?? null,
    signal: record?.signal ?? null,
    reason: said === null ? why : `${why}; ${said}`,
    asked: true,
  })
}

/** Not one that was put back into the layout before its turn came. */
function isToStop(record: AgentRecord | undefined, generation: number): boolean {
  return isThereAs(record, generation) && whyStopped(record) !== null
}

/** That very start of it is not known to have ended. */
function isThereAs(record: AgentRecord | undefined, generation: number): record is AgentRecord {
  return record?.generation === generation && isThere(record)
}

async function recordOf(
  host: Host,
  agent: AgentId,
  generation: number,
  withinMs: number,
): Promise<ExitRecord | null> {
  const until = performance.now() + withinMs
  for (;;) {
    const { exit } = await host.readAgent(agent, generation, null)
    const record = exit === null ? null : decodeExitRecord(exit, { agent, generation, nonce: null })
    if (record?.ok === true) return record.value
    if (performance.now() > until) return null
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Of a headless agent: what works for it ends with it, before its attempt counts as cancelled. */
async function endProcess(id: AgentId, host: Host, { kernel, endings, jobs }: AgentNeeds): Promise<void> {
  const { loop } = kernel
  const last = loop.state.agents.get(id)?.attempt
  const attempt = last == null ? undefined : loop.state.attempts.get(last)
  if (attempt?.headless !== true || attempt.phase === 'ended' || attempt.phase === 'verifying') return
  endings.begin(attempt.id)
  await jobs.end(host, jobKey(attempt.id))
}
