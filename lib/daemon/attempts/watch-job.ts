/** Waits for the end of an attempt's process and writes how it ended. Called again after every start of the daemon. */
import { isUnreachable } from '../../core/errors.js'
import type { AttemptId } from '../../core/ids.js'
import type { AttemptRecord } from '../../core/run/state.js'
import type { DaemonContext } from '../context.js'
import { hostOf } from '../context.js'
import { headlessEnd } from './headless-end.js'
import { endJob, forgetJob } from '../jobs/host-jobs.js'
import type { Host } from '../machines/host.js'
import { jobKey } from '../machines/job-name.js'
import type { JobResult } from '../jobs/jobs.js'

const watched = new WeakMap<DaemonContext, Map<AttemptId, Promise<void>>>()
const stopped = new WeakMap<DaemonContext, Set<AttemptId>>()

/** A command task's, or a headless agent's: what ends it is a process, not an agent. */
export function isProcess(attempt: AttemptRecord): boolean {
  return attempt.agent === null || attempt.headless
}

/** Somebody ends it, and says so when that is done: the end that its launcher then records is not its own. */
export function stopping(id: AttemptId, context: DaemonContext): void {
  const mine = stopped.get(context) ?? new Set<AttemptId>()
  stopped.set(context, mine)
  mine.add(id)
}

/** Its process stands: the attempt runs, and is watched to its end. */
export async function jobStarted({ id }: AttemptRecord, host: Host, context: DaemonContext): Promise<void> {
  const { loop, clock } = context
  // Cancelled while it was being started: whoever did so saw nothing that could be ended.
  if (loop.state.attempts.get(id)?.phase === 'ended') {
    await loop.settled()
    await endJob(host, jobKey(id))
    return
  }
  loop.dispatch({ type: 'attempt.running', at: clock.now(), attempt: id, pid: null, unconfirmed: '' })
  watchJob(id, context)
}

export function watchJob(id: AttemptId, context: DaemonContext): void {
  void jobEnd(id, context)
}

/** Resolves, never rejects, when its end is in the journal. */
export function jobEnd(id: AttemptId, context: DaemonContext): Promise<void> {
  const mine = watched.get(context) ?? new Map<AttemptId, Promise<void>>()
  watched.set(context, mine)
  const before = mine.get(id)
  if (before !== undefined) return before
  const now = follow(id, context)
    .catch((error: unknown) => {
      if (!isUnreachable(error))
        context.log.warn({ err: error, attempt: id }, 'a job could not be watched to its end')
      // The look finds it again.
      context.lookSoon()
    })
    .finally(() => mine.delete(id))
  mine.set(id, now)
  return now
}

async function follow(id: AttemptId, context: DaemonContext): Promise<void> {
  const { loop, clock, jobs } = context
  const attempt = loop.state.attempts.get(id)
  if (attempt === undefined) return
  const host = hostOf(context, attempt.machine)
  const key = jobKey(id)
  const result = await jobs.ended(host, { key, nonce: attempt.nonce })
  if (loop.state.attempts.get(id)?.phase !== 'running') return
  if (isStopping(attempt, context)) return
  if (result === null) {
    loop.dispatch({
      type: 'attempt.ended',
      at: clock.now(),
      attempt: id,
      status: 'lost',
      reason: 'its process is gone without a record',
      screen: null,
    })
    return
  }
  if (attempt.headless) loop.dispatch(...(await headlessEnd(attempt, result, host, context)))
  else proveByExit(attempt, result, context)
  await loop.settled()
  await forgetJob(host, key)
}

function proveByExit(attempt: AttemptRecord, result: JobResult, { loop, clock }: DaemonContext): void {
  const good = result.exitCode !== null && attempt.told.task.successExitCodes.includes(result.exitCode)
  const text = result.output.trim().split('\n').slice(-5).join('\n')
  loop.dispatch({
    type: 'attempt.proved',
    at: clock.now(),
    attempt: attempt.id,
    proof: {
      kind: 'exit',
      outcome: good ? 'done' : 'fail',
      exitCode: result.exitCode,
      text: text === '' ? null : text,
    },
  })
}

/** Also one that a daemon before us was ending. */
function isStopping(attempt: AttemptRecord, context: DaemonContext): boolean {
  if (stopped.get(context)?.has(attempt.id) === true) return true
  const { agents, tasks } = context.loop.state
  const agent = attempt.agent === null ? undefined : agents.get(attempt.agent)
  if (tasks.get(attempt.task)?.cancelRequested != null) return true
  if (agent === undefined) return false
  return agent.wanted !== 'running' || (agent.restartRequested && agent.process.status === 'alive')
}
