import type { AttemptRecord } from '../../core/run/state.js'
import type { AttemptNeeds } from './attempt-needs.js'
import { endStarts, sayLeft } from '../machines/end-starts.js'
import { jobKey, placedJob } from '../machines/job-name.js'
import { isProcess } from './is-process.js'

/** Earlier ones were looked at before the attempts that came after them. */
const LOOKED_AT = 5

/**
 * Ends what is left of a task's earlier attempts before another one begins: an attempt that was lost with its tmux
 * server may work on. False: something lives on, this attempt has ended with that as its reason.
 */
export async function endEarlier(
  attempt: AttemptRecord,
  { kernel, hosts }: Pick<AttemptNeeds, 'kernel' | 'hosts'>,
): Promise<boolean> {
  const { loop, clock } = kernel
  const all = loop.state.tasks.get(attempt.task)?.attempts ?? []
  const before = all
    .filter((id) => id !== attempt.id)
    .slice(-LOOKED_AT)
    .flatMap((id) => loop.state.attempts.get(id) ?? [])
  for (const machine of new Set(before.filter(isProcess).map((one) => one.machine))) {
    const host = hosts.get(machine)
    if (host === undefined || !host.isReady) continue
    const starts = before.filter((one) => one.machine === machine && isProcess(one))
    const left = await endStarts(
      host,
      starts.map((one) => placedJob(host, jobKey(one.id)).start),
    )
    if (left.length === 0) continue
    loop.dispatch({
      type: 'attempt.ended',
      at: clock.now(),
      attempt: attempt.id,
      status: 'failed',
      reason: `${sayLeft(left)} of an earlier attempt on ${machine}: nothing is started beside it`,
      screen: null,
    })
    return false
  }
  return true
}
