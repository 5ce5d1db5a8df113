import { createHash, randomBytes, randomInt } from 'node:crypto'
import { agentDefinition } from '../../agents/registry.js'
import { OrchestraError } from '../../core/errors.js'
import type { AgentId, Nonce } from '../../core/ids.js'
import { reportInstructions } from '../../core/markers/marker-instructions.js'
import type { Action } from '../../core/run/actions.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { AttemptRecord } from '../../core/run/state.js'
import { shellQuote } from '../../core/shell-quote.js'
import { typedIn } from '../delivery/typed-in.js'
import { hostOf, type DaemonContext } from '../context.js'
import type { Host } from '../machines/host.js'
import { endEarlier } from './end-earlier.js'
import { interruptAgent } from '../agents/interrupt-agent.js'
import { jobKey } from '../machines/job-name.js'
import { startHeadless } from './start-headless.js'
import { promptText, taskFiles } from './tell-task.js'
import { jobStarted } from './watch-job.js'

type StartAttempt = Extract<Action, { type: 'attempt.start' }>

const READY_TIMEOUT_MS = 60_000
/** Receipts of attempts; those of messages never begin like this. */
export const ATTEMPT_OPERATION = 'attempt:'

/** Nonce and attempt are in the journal before anything is typed or run. */
export async function startAttempt(action: StartAttempt, context: DaemonContext): Promise<void> {
  const { loop, clock } = context
  const host = hostOf(context, action.machine)
  if (!host.isReady) throw new OrchestraError(`${action.machine} is not ready`, { kind: 'unreachable' })
  if (!action.recorded) {
    loop.dispatch({
      type: 'attempt.started',
      at: clock.now(),
      attempt: action.attempt,
      task: action.task,
      agent: action.agent,
      generation: action.agent === null ? null : (loop.state.agents.get(action.agent)?.generation ?? null),
      machine: action.machine,
      nonce: makeNonce(),
      random: randomInt(1_000_000) / 1_000_000,
      headless: action.agent !== null && loop.state.agents.get(action.agent)?.mode === 'headless',
    })
    await loop.settled()
  }
  const attempt = loop.state.attempts.get(action.attempt)
  if (attempt === undefined || attempt.phase !== 'starting') return
  if (action.agent === null) await startJob(attempt, host, context)
  else if (attempt.headless) await startHeadless(action.agent, attempt, host, context)
  else await giveTo(action.agent, attempt, host, context)
}

/** The name under which its prompt is delivered. */
export function operationOf(attempt: AttemptRecord): string {
  return `${ATTEMPT_OPERATION}${attempt.id}:${attempt.nonce}`
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

export function makeNonce(): Nonce {
  return spell(randomBytes(8))
}

/** The same for the same words: for jobs that a daemon which comes back must find again. */
export function nonceOf(words: string): Nonce {
  return spell(createHash('sha256').update(words).digest().subarray(0, 8))
}

function spell(bytes: Uint8Array): Nonce {
  return [...bytes].map((byte) => ALPHABET[byte % 32]).join('') as Nonce
}

async function startJob(attempt: AttemptRecord, host: Host, context: DaemonContext): Promise<void> {
  const spec = attempt.told.task
  if (!(await endEarlier(attempt, context))) return
  const job = {
    key: jobKey(attempt.id),
    command: spec.command ?? 'true',
    cwd: attempt.directory,
    env: spec.env,
    nonce: attempt.nonce,
    timeoutMs: null,
  }
  await context.jobs.start(host, job)
  await jobStarted(attempt, host, context)
}

async function giveTo(
  agent: AgentId,
  attempt: AttemptRecord,
  host: Host,
  context: DaemonContext,
): Promise<void> {
  const { loop, clock, store } = context
  const record = loop.state.agents.get(agent)
  if (record === undefined) return
  const definition = agentDefinition(runningSpec(record).behaviour)
  const dir = host.agentDir(agent)
  const operation = operationOf(attempt)
  context.observer.expect(agent, attempt.nonce)

  const report = reportInstructions(attempt.nonce, shellQuote(host.paths.report))
  const prompt = promptText(attempt.told.task, `${dir}/context.md`, report)
  const placed = host.putFiles(taskFiles(attempt, dir))
  // Awaited before anything is typed.
  placed.catch(() => {})
  const text = definition.taskInput === 'line' ? `TASK ${attempt.task} ${dir}/task.json` : prompt
  const isStale = () => loop.state.attempts.get(attempt.id)?.phase !== 'starting'
  const settled = await context.deliverer.deliver(agent, {
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
    if (settled.state !== 'refused') await interruptAgent(agent, attempt, context)
    return
  }
  if (settled.state === 'refused') {
    if (!host.isReady) throw new OrchestraError(`${host.machine.id} is not ready`, { kind: 'unreachable' })
    context.observer.expect(agent, null)
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
