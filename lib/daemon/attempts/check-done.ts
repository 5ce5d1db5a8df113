import type { Action } from '../../core/run/actions.js'
import { hostOf } from '../machines/host-of.js'
import type { AttemptNeeds } from './attempt-needs.js'
import { localMachine } from '../machines/local-machine.js'
import { taskDirectory } from '../../core/run/task-directory.js'
import { nonceOf } from '../jobs/nonce.js'

const TIMEOUT_MS = 60_000

/** `when_already_done`: asked once the needs are met, never before. */
export async function checkDone(
  action: Extract<Action, { type: 'task.check_done' }>,
  needs: Pick<AttemptNeeds, 'kernel' | 'hosts' | 'jobs'>,
): Promise<void> {
  const { loop, clock, store } = needs.kernel
  const task = loop.state.tasks.get(action.task)
  if (task === undefined || task.spec.whenAlreadyDone === null) return
  const agent = task.spec.agent
  const machine =
    task.spec.machine ??
    (agent === null ? undefined : loop.state.agents.get(agent)?.machine) ??
    localMachine(loop.state)
  const host = hostOf(needs, machine)
  const key = `task.${task.spec.id}.${task.readyAt ?? task.submittedAt}`
  const result = await needs.jobs.run(host, {
    key,
    command: task.spec.whenAlreadyDone,
    cwd: taskDirectory(
      loop.state,
      task.spec,
      machine,
      agent === null ? undefined : loop.state.agents.get(agent),
    ),
    env: {},
    nonce: nonceOf(`${store.id} task ${task.spec.id} ${task.readyAt}`),
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
  void needs.jobs.forget(host, key)
}
