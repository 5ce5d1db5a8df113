import type { Action } from '../actions.js'
import { countedMs } from '../index/attempt-clock.js'
import { isDue, type Plan } from './plan.js'
import { availability } from '../index/index-pools.js'
import { poolOf } from '../index/index-run.js'
import { sayBlocked } from '../block-text.js'
import { startsPerAttempt } from '../index/agent-tree.js'
import { isReachable } from '../index/machine-reach.js'
import type { AgentRecord, AttemptRecord, TaskRecord } from '../state.js'

/** Live attempts go on in every phase. On a machine out of reach they wait: nothing is known, so nothing is done. */
export function decideAttempts(plan: Plan): void {
  const { state, index } = plan
  for (const id of index.liveAttempts) {
    const attempt = state.attempts.get(id)
    const task = attempt === undefined ? undefined : state.tasks.get(attempt.task)
    if (attempt === undefined || task === undefined || !isReachable(state, attempt.machine)) continue
    const action = nextFor(plan, attempt, task)
    if (action !== undefined) plan.actions.push(action)
  }
}

function nextFor(plan: Plan, attempt: AttemptRecord, task: TaskRecord): Action | undefined {
  if (task.cancelRequested !== null) return stop(attempt, 'cancelled', task.cancelRequested)
  if (task.block !== null) return stop(attempt, 'cancelled', sayBlocked(task.block))
  if (attempt.phase === 'verifying') {
    return { key: `attempt.verify:${attempt.id}`, type: 'attempt.verify', attempt: attempt.id }
  }
  const owner = attempt.agent === null ? undefined : plan.state.agents.get(attempt.agent)
  // Its pane is gone already, and what it showed was to go, too.
  if (attempt.headless && owner?.process.status === 'exited' && owner.wanted !== 'running')
    return stop(
      attempt,
      'cancelled',
      `${owner.spec.id} was ${owner.wanted === 'removed' ? 'removed from the layout' : owner.wanted}`,
    )
  const { timeoutMs } = attempt.told.task
  if (timeoutMs !== null && attempt.suspendedSince === null) {
    const left = timeoutMs - countedMs(attempt, plan.now)
    if (isDue(plan, plan.now + left))
      return stop(attempt, 'timed_out', `took longer than ${timeoutMs / 1000} s`)
  }
  if (owner !== undefined && !attempt.headless && shouldMove(plan, owner, task)) {
    return stop(
      attempt,
      'lost',
      `limited: ${owner.observation?.text ?? 'usage limit'}; given to somebody else`,
    )
  }
  if (attempt.phase !== 'starting' || !hasPlace(plan, attempt, owner)) return undefined
  return {
    key: `attempt.start:${attempt.id}`,
    type: 'attempt.start',
    attempt: attempt.id,
    task: attempt.task,
    agent: attempt.agent,
    machine: attempt.machine,
    recorded: true,
  }
}

/** Its tree is ready, and the agent that is started in it is up. */
function hasPlace(
  { state }: Plan,
  { tree, generation }: AttemptRecord,
  owner: AgentRecord | undefined,
): boolean {
  if (tree === null) return true
  const slot = tree.slot === null ? undefined : state.slots.get(tree.slot)
  if (slot?.state !== 'ready' || tree.path === null) return false
  if (owner === undefined || !startsPerAttempt(owner.spec)) return true
  return owner.process.status === 'alive' && owner.generation === generation
}

/** `on_limit: move`, and there is somebody else who lives and is not limited. */
function shouldMove({ state, index }: Plan, agent: AgentRecord, task: TaskRecord): boolean {
  if (agent.spec.onLimit !== 'move' || agent.observation?.state !== 'limited') return false
  const pool = poolOf(state, index, task)
  return [...pool.primaries, ...pool.fallbacks, ...pool.standIns].some((id) => {
    const other = state.agents.get(id)
    return (
      other !== undefined &&
      other !== agent &&
      other.process.status === 'alive' &&
      other.observation?.state !== 'limited' &&
      isReachable(state, other.machine) &&
      availability(state, other) === 'there'
    )
  })
}

function stop(attempt: AttemptRecord, status: 'cancelled' | 'timed_out' | 'lost', why: string): Action {
  return {
    key: `attempt.stop:${attempt.id}:${status}`,
    type: 'attempt.stop',
    attempt: attempt.id,
    status,
    why,
  }
}
