import { OrchestraError } from '../../../core/errors.js'
import type { TaskSpec } from '../../../core/layout/model.js'
import type { Principal } from '../../../core/principal.js'
import type { SubmitRequest } from '../../../core/protocol/api.js'
import { indexOf } from '../../../core/run/index/index-run.js'
import { fix } from '../../../core/fixes.js'
import type { Daemon } from '../../daemon.js'
import { makeNonce } from '../../jobs/nonce.js'
import { newTaskSpec } from '../new-task.js'
import { startRun } from '../start-run.js'

/** @returns its id. */
export function begin(
  daemon: Daemon,
  asked: readonly SubmitRequest[],
  maxWorkers: number,
  by: Principal,
): string {
  const { loop, clock } = daemon
  const specs = specsOf(daemon, asked)
  refuseWhileNothingStarts(daemon)
  const id = `execution-${makeNonce()}`
  loop.dispatch({ type: 'execution.asked', at: clock.now(), execution: id, tasks: specs, maxWorkers, by })
  // Nothing else waits for it: see above.
  if (loop.state.phase === 'idle') startRun(daemon, by)
  return id
}

function specsOf({ loop }: Daemon, asked: readonly SubmitRequest[]): TaskSpec[] {
  const ids = new Set(asked.flatMap(({ id }) => id ?? []))
  const specs: TaskSpec[] = []
  for (const one of asked) {
    const spec = newTaskSpec(loop.state, one, ids)
    if (specs.some(({ id }) => id === spec.id))
      throw new OrchestraError(`tasks: ${spec.id} is there twice`, { kind: 'usage' })
    ids.add(spec.id)
    specs.push(spec)
  }
  return specs
}

/** Whoever may execute may not by that start what a person has not started, or go on with what a person has stopped. */
function refuseWhileNothingStarts({ loop: { state } }: Daemon): void {
  if (state.phase === 'paused')
    throw new OrchestraError('the run is paused: nothing starts', {
      kind: 'refused',
      hint: `\`${fix('run.resume')}\` goes on with it.`,
    })
  const { openTasks, openGates } = indexOf(state)
  if (state.phase === 'idle' && openTasks + openGates > 0)
    throw new OrchestraError('the run has not begun, and other tasks would begin with it', {
      kind: 'refused',
      hint: `\`${fix('run.start')}\` begins it with all of them.`,
    })
}
