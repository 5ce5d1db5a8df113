import type { Action } from '../../core/run/actions.js'
import { hostOf, type DaemonContext } from '../context.js'
import { localMachine } from '../machines/local-machine.js'
import { taskDirectory } from '../../core/run/task-directory.js'
import { nonceOf } from './start-attempt.js'
import { forgetJob } from '../jobs/host-jobs.js'

const TIMEOUT_MS = 60_000

/** `when_already_done`: asked once the needs are met, never before. */
export async function checkDone(
  action: Extract<Action, { type: 'task.check_done' }>,
  context: DaemonContext,
): Promise<void> {
  const { loop, clock } = context
  const task = loop.state.tasks.get(action.task)
  if (task === undefined || task.spec.whenAlreadyDone === null) return
  const agent = task.spec.agent
  const machine =
    task.spec.machine ??
    (agent === null ? undefined : loop.state.agents.get(agent)?.machine) ??
    localMachine(loop.state)
  const host = hostOf(context, machine)
  const key = `task.${task.spec.id}.${task.readyAt ?? task.submittedAt}`
  const result = await context.jobs.run(host, {
    key,
    command: task.spec.whenAlreadyDone,
    cwd: taskDirectory(
      loop.state,
      task.spec,
      machine,
      agent === null ? undefined : loop.state.agents.get(agent),
    ),
    env: {},
    nonce: nonceOf(`${context.store.id} task ${task.spec.id} ${task.readyAt}`),
    timeoutMs: TIMEOUT_MS,
  })
  if (result === null) return
  loop.dispatch({
    type: 'task.already_done',
    at: clock.now(),
    task: task.spec.id,
    done: result.exitCode === 0,
    output: result.output,
  })
  await loop.settled()
  void forgetJob(host, key)
}
