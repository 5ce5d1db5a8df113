/** Waits for the end of a command task's job and writes how it ended. Called again after every start of the daemon. */
import type { AttemptId } from '../core/ids.js'
import type { DaemonContext } from './context.js'
import { hostOf } from './context.js'
import { forgetJob } from './hosts/host-jobs.js'

const watched = new WeakMap<DaemonContext, Map<AttemptId, Promise<void>>>()

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
  const task = attempt === undefined ? undefined : loop.state.tasks.get(attempt.task)
  if (attempt === undefined || task === undefined) return
  const host = hostOf(context, attempt.machine)
  const key = `${id}.run`
  const result = await jobs.ended(host, { key, nonce: attempt.nonce })
  if (loop.state.attempts.get(id)?.phase !== 'running') return
  const at = clock.now()
  if (result === null) {
    loop.dispatch({
      type: 'attempt.ended',
      at,
      attempt: id,
      status: 'lost',
      reason: 'its process is gone without a record',
      screen: null,
    })
    return
  }
  const good = result.exitCode !== null && task.spec.successExitCodes.includes(result.exitCode)
  const text = result.output.trim().split('\n').slice(-5).join('\n')
  loop.dispatch({
    type: 'attempt.proved',
    at,
    attempt: id,
    proof: {
      kind: 'exit',
      outcome: good ? 'done' : 'fail',
      exitCode: result.exitCode,
      text: text === '' ? null : text,
    },
  })
  await forgetJob(host, key)
}
