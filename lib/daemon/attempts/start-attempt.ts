import { randomInt } from 'node:crypto'
import { agentDefinition } from '../../agents/registry.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentId } from '../../core/ids.js'
import { markerInstructions, reportInstructions } from '../../core/markers/marker-instructions.js'
import { isThere } from '../../core/run/index/agent-state.js'
import { attemptEnv, waitsForTask } from '../../core/run/index/agent-tree.js'
import type { Action } from '../../core/run/actions.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AttemptRecord, RunState } from '../../core/run/state.js'
import { shellQuote } from '../../core/shell-quote.js'
import { typedIn } from '../delivery/typed-in.js'
import { operationOf } from '../delivery/operation.js'
import { makeNonce } from '../jobs/nonce.js'
import { hostOf } from '../machines/host-of.js'
import type { AttemptNeeds } from './attempt-needs.js'
import type { Host } from '../machines/host.js'
import { endEarlier } from './end-earlier.js'
import { interruptAgent } from '../agents/interrupt-agent.js'
import { jobKey } from '../machines/job-name.js'
import { startHeadless } from './start-headless.js'
import { promptText, taskFiles } from './tell-task.js'

type StartAttempt = Extract<Action, { type: 'attempt.start' }>

const READY_TIMEOUT_MS = 60_000

/** Nonce and attempt are in the journal before anything is typed or run. */
export async function startAttempt(action: StartAttempt, needs: AttemptNeeds): Promise<void> {
  const { loop, clock } = needs.kernel
  const host = hostOf(needs, action.machine)
  if (!host.isReady) throw new OrchestraError(`${action.machine} is not ready`, { kind: 'unreachable' })
  if (!action.recorded) {
    loop.dispatch({
      type: 'attempt.started',
      at: clock.now(),
      attempt: action.attempt,
      task: action.task,
      agent: action.agent,
      generation: generationFor(action.agent, loop.state),
      machine: action.machine,
      nonce: makeNonce(),
      random: randomInt(1_000_000) / 1_000_000,
      headless: action.agent !== null && loop.state.agents.get(action.agent)?.mode === 'headless',
    })
    await loop.settled()
  }
  const attempt = loop.state.attempts.get(action.attempt)
  if (attempt === undefined || attempt.phase !== 'starting') return
  // First its tree is made ready, and its agent started there; `decide` asks again then.
  if (attempt.tree !== null && !action.recorded) return
  if (attempt.told.task.act !== null) startAct(attempt, needs)
  else if (action.agent === null) await startJob(attempt, host, needs)
  else if (attempt.headless) await startHeadless(action.agent, attempt, host, needs)
  else await giveTo(action.agent, attempt, host, needs)
}

/** What orchestra does itself follows from the state; `decide` says when it is done. */
function startAct({ id }: AttemptRecord, { kernel: { loop, clock } }: AttemptNeeds): void {
  loop.dispatch({ type: 'attempt.running', at: clock.now(), attempt: id, pid: null, unconfirmed: '' })
}

/** One that is started for each attempt gets its next start for this one. */
function generationFor(agent: AgentId | null, { agents }: RunState): number | null {
  const record = agent === null ? undefined : agents.get(agent)
  if (record === undefined) return null
  return record.generation + (waitsForTask(record) && !isThere(record) ? 1 : 0)
}

async function startJob(attempt: AttemptRecord, host: Host, needs: AttemptNeeds): Promise<void> {
  const spec = attempt.told.task
  if (!(await endEarlier(attempt, needs))) return
  const job = {
    key: jobKey(attempt.id),
    command: spec.command ?? 'true',
    cwd: attempt.directory,
    env: {
      ...attemptEnv(needs.kernel.loop.state, attempt),
      ...spec.env,
      ORCHESTRA_TOKEN: needs.tokens.ofAttempt(attempt.id, attempt.nonce),
    },
    nonce: attempt.nonce,
    timeoutMs: null,
  }
  await needs.jobs.start(host, job)
  await needs.jobWatch.started(attempt, host)
}

async function giveTo(
  agent: AgentId,
  attempt: AttemptRecord,
  host: Host,
  needs: AttemptNeeds,
): Promise<void> {
  const { loop, clock, store } = needs.kernel
  const record = loop.state.agents.get(agent)
  if (record === undefined) return
  const definition = agentDefinition(runningSpec(record).behaviour)
  const dir = host.agentDir(agent)
  const operation = operationOf(attempt)
  needs.observer.expect(agent, attempt.nonce)

  // Started by somebody else, it knows nothing of our directory and our token.
  const isAdopted = record.spec.adopt !== null
  const report = isAdopted
    ? markerInstructions(attempt.nonce)
    : reportInstructions(attempt.nonce, shellQuote(host.paths.report))
  const prompt = promptText(attempt, `${dir}/context.md`, report)
  const placed = host.putFiles(taskFiles(attempt, dir))
  // Awaited before anything is typed.
  placed.catch(() => {})
  const text =
    definition.taskInput === 'line' && !isAdopted ? `TASK ${attempt.task} ${dir}/task.json` : prompt
  const isStale = () => loop.state.attempts.get(attempt.id)?.phase !== 'starting'
  const settled = await needs.deliverer.deliver(agent, {
    operation,
    text,
    readyTimeoutMs: READY_TIMEOUT_MS,
    // We come back after a crash or a lost link: what was typed then must not be typed again.
    ...typedIn(store.facts.receipt(operation)),
    onLoss: 'asks',
    stale: isStale,
    before: () => placed,
    sending: (generation) =>
      store.facts.noteSending({ operation, agent, digest: attempt.nonce, at: clock.now() }, generation),
  })
  if (isStale()) {
    // Cancelled while it was typed: whoever cancelled it saw an idle agent and left it alone.
    if (settled.state !== 'refused') await interruptAgent(agent, attempt, needs)
    return
  }
  if (settled.state === 'refused') {
    if (!host.isReady) throw new OrchestraError(`${host.machine.id} is not ready`, { kind: 'unreachable' })
    needs.observer.expect(agent, null)
    loop.dispatch({
      type: 'attempt.ended',
      at: clock.now(),
      attempt: attempt.id,
      // Nobody's fault, and nothing was sent: it does not use up an attempt.
      status: 'lost',
      reason: `delivery: ${settled.reason ?? 'refused'}`,
      screen: null,
    })
    return
  }
  loop.dispatch({
    type: 'attempt.running',
    at: clock.now(),
    attempt: attempt.id,
    pid: null,
    unconfirmed: settled.state === 'unconfirmed' ? (settled.reason ?? 'nothing is known of it') : '',
  })
}
