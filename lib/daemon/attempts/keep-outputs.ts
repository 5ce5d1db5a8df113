import type { AttemptRecord } from '../../core/run/state.js'
import type { Jobs } from '../jobs/jobs.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Host } from '../machines/host.js'
import { jobKey, verifyKey } from '../machines/job-name.js'

export interface KeepNeeds {
  readonly kernel: { readonly loop: Pick<Kernel['loop'], 'state'> }
  readonly jobs: Pick<Jobs, 'giveUp'>
}

/** Everything that runs on the machine was ended, or is gone with it: what commands had printed by then is kept. */
export async function keepOutputs(host: Host, { jobs, kernel }: KeepNeeds): Promise<void> {
  const here = [...kernel.loop.state.attempts.values()].filter((one) => one.machine === host.machine.id)
  await Promise.allSettled(here.flatMap(keysOf).map((key) => jobs.giveUp(host, key)))
}

function keysOf(attempt: AttemptRecord): readonly string[] {
  if (attempt.phase === 'verifying') return attempt.told.task.verify.map((_, i) => verifyKey(attempt.id, i))
  if (attempt.phase === 'running' && (attempt.agent === null || attempt.headless)) return [jobKey(attempt.id)]
  return []
}
