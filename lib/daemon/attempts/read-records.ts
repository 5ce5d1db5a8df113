/**
 * Reads what an agent and its launcher left on their machine, believes what carries the right names and nonce, and
 * turns it into events. A ring, a dead pane, a returned link or a timer lead here: none of them says anything itself.
 */
import type { AgentId } from '../../core/ids.js'
import { decodeAgentResult, decodeAgentStatus, decodeExitRecord } from '../../core/protocol/agent-report.js'
import type { Proof } from '../../core/run/events.js'
import type { AgentRecord, AttemptRecord } from '../../core/run/state.js'
import { runningSpec } from '../../core/run/running-spec.js'
import type { DaemonContext } from '../context.js'
import { agentStart, endStarts, sayLeft } from '../machines/end-starts.js'
import { whyNoRecord } from '../machines/place-start.js'
import { whyNotEntered } from '../machines/why-not-entered.js'
import { lastWords } from './last-words.js'
import { OneAtATime } from '../kernel/one-at-a-time.js'
import { takeHook } from './take-hook.js'

/** How long after its window is gone an exit record may still come: the launcher's watcher ends what is left first. */
const RECORD_GRACE_MS = 4000

const reading = new WeakMap<DaemonContext, OneAtATime>()

/** However many ask: one read at a time, and one more for all who came while it ran. */
export function readRecords(id: AgentId, context: DaemonContext): Promise<void> {
  const mine = reading.get(context) ?? new OneAtATime()
  reading.set(context, mine)
  return mine.run(id, async () => {
    const found = await readResults(id, context)
    if (found !== null) await takeExit(found.exit, found.agent, context)
  })
}

/** What it did, without how it ended; its exit record, if there is one, for who wants it. */
export async function readResults(
  id: AgentId,
  context: DaemonContext,
): Promise<{ readonly agent: AgentRecord; readonly exit: string } | null> {
  const agent = context.loop.state.agents.get(id)
  if (agent === undefined || agent.process.status !== 'alive') return null
  const host = context.hosts.get(agent.machine)
  if (host === undefined || !host.isReady) return null
  const asked = liveAttempt(agent, context)
  const files = await host.readAgent(id, agent.generation, asked?.id ?? null)
  const now = context.loop.state.agents.get(id)
  // Another process by now: none of this is its word.
  if (now === undefined || now.process.status !== 'alive' || now.generation !== agent.generation) return null
  if (files.hook !== null) takeHook(files.hook, now, context)
  // Each is looked up again: what we waited for, or took a line above, may have ended it.
  const attempt = () => {
    const live = liveAttempt(now, context)
    return live?.id === asked?.id ? live : undefined
  }
  if (attempt() !== undefined) for (const why of files.odd) ignored(id, why, context)
  const finished = attempt()
  // How a process ended is known when it has ended.
  if (files.result !== null && finished?.headless === false) takeResult(files.result, now, finished, context)
  const told = attempt()
  if (files.report !== null && told !== undefined) takeReport(files.report, now, told, context)
  return files.exit === null ? null : { agent: now, exit: files.exit }
}

function liveAttempt(agent: AgentRecord, { loop }: DaemonContext): AttemptRecord | undefined {
  const attempt = agent.attempt === null ? undefined : loop.state.attempts.get(agent.attempt)
  return attempt === undefined || attempt.phase === 'ended' ? undefined : attempt
}

function takeReport(text: string, agent: AgentRecord, attempt: AttemptRecord, context: DaemonContext): void {
  const { loop, clock } = context
  const expect = { agent: agent.spec.id, task: attempt.task, nonce: attempt.nonce, now: clock.now() }
  const last = lastReports.get(context) ?? new Map<AgentId, string>()
  lastReports.set(context, last)
  const decoded = decodeAgentStatus(text, expect)
  if (!decoded.ok) {
    // What was its word on an earlier task stands there until it has something new to say.
    if (last.get(agent.spec.id) !== text) ignored(agent.spec.id, decoded.reason, context)
    return
  }
  last.set(agent.spec.id, text)
  const { progress, text: said, checkpoint, status, errors } = decoded.value
  // One that cannot run our report program may write the file itself.
  const outcome = OUTCOME[status as keyof typeof OUTCOME] as Proof['outcome'] | undefined
  if (outcome !== undefined && !attempt.headless && loop.state.attempts.get(attempt.id)?.proof === null) {
    const why = outcome === 'done' ? said : (said ?? errors[0] ?? null)
    prove(agent, attempt, { kind: 'result', outcome, text: why, exitCode: null }, context)
    return
  }
  if (progress === attempt.progress && said === attempt.text && checkpoint === attempt.checkpoint) return
  loop.dispatch({
    type: 'attempt.progressed',
    at: clock.now(),
    attempt: attempt.id,
    progress,
    text: said,
    checkpoint,
  })
}

function takeResult(text: string, agent: AgentRecord, attempt: AttemptRecord, context: DaemonContext): void {
  if (attempt.proof !== null) return
  const expect = { agent: agent.spec.id, task: attempt.task, nonce: attempt.nonce, attempt: attempt.id }
  const decoded = decodeAgentResult(text, expect)
  if (!decoded.ok) return ignored(agent.spec.id, decoded.reason, context)
  const { outcome, text: said } = decoded.value
  prove(agent, attempt, { kind: 'report', outcome, text: said, exitCode: null }, context)
}

function prove(agent: AgentRecord, attempt: AttemptRecord, proof: Proof, context: DaemonContext): void {
  context.observer.expect(agent.spec.id, null)
  context.loop.dispatch({ type: 'attempt.proved', at: context.clock.now(), attempt: attempt.id, proof })
}

const OUTCOME = { COMPLETED: 'done', FAILED: 'fail', BLOCKED: 'blocked' } as const

/** The last `status.json` of each agent that was believed. */
const lastReports = new WeakMap<DaemonContext, Map<AgentId, string>>()

async function takeExit(text: string, agent: AgentRecord, context: DaemonContext): Promise<void> {
  const { loop, clock } = context
  const decoded = decodeExitRecord(text, { agent: agent.spec.id, generation: agent.generation, nonce: null })
  if (!decoded.ok) return ignored(agent.spec.id, decoded.reason, context)
  const { exitCode, signal } = decoded.value
  const left = sayLeft(decoded.value.left)
  const notEntered = exitCode === NOT_STARTED ? await whyNot(agent, context) : null
  const ended = notEntered ?? exitReason(agent, exitCode, signal)
  const host = context.hosts.get(agent.machine)
  const failed = ended === `exit status ${exitCode}` && exitCode !== 0 && host?.isReady === true
  const said = failed ? await lastWords(agent, host, context) : null
  const now = loop.state.agents.get(agent.spec.id)
  if (now?.process.status !== 'alive' || now.generation !== agent.generation) return
  const reason = [said === null ? ended : `${ended}: ${said}`, left].filter(Boolean).join('; ')
  loop.dispatch({
    type: 'agent.exited',
    at: clock.now(),
    agent: agent.spec.id,
    generation: agent.generation,
    exitCode,
    signal,
    reason,
  })
}

/** The launcher's own exit status: the program was not started. */
const NOT_STARTED = 125

async function whyNot(agent: AgentRecord, { hosts }: DaemonContext): Promise<string | null> {
  const host = hosts.get(agent.machine)
  if (host === undefined || !host.isReady || agent.mode === 'headless') return null
  const why = await whyNotEntered(host, runningSpec(agent).cwd)
  return why === null ? null : `not started: ${why}`
}

function exitReason(agent: AgentRecord, exitCode: number | null, signal: string | null): string {
  // We closed its pane ourselves, because a person said so.
  if (agent.wanted === 'stopped') return 'stopped by a person'
  if (agent.wanted === 'removed') return 'it is not in the layout any more'
  if (agent.restartRequested) return 'restarted by a person'
  if (signal === 'HUP') return 'its terminal was closed'
  return signal === null ? `exit status ${exitCode}` : `ended by ${signal}`
}

const noted = new WeakMap<DaemonContext, Map<AgentId, { attempt: string | null; reasons: Set<string> }>>()

/** Each reason once an attempt: a file that stays wrong is looked at again and again, and a hostile agent changes it often. */
function ignored(agent: AgentId, reason: string, context: DaemonContext): void {
  const attempt = context.loop.state.agents.get(agent)?.attempt ?? null
  const all = noted.get(context) ?? new Map<AgentId, { attempt: string | null; reasons: Set<string> }>()
  noted.set(context, all)
  const mine = all.get(agent)
  const reasons = mine?.attempt === attempt ? mine.reasons : new Set<string>()
  all.set(agent, { attempt, reasons })
  if (reasons.has(reason)) return
  reasons.add(reason)
  context.loop.dispatch({
    type: 'report.ignored',
    at: context.clock.now(),
    agent,
    reason,
  })
}

/** Its window is gone or dead: the record tells how it ended; without one, after a grace, that nobody knows. */
export async function windowGone(id: AgentId, generation: number, context: DaemonContext): Promise<void> {
  const { loop, clock } = context
  const deadline = clock.now() + RECORD_GRACE_MS
  for (;;) {
    await readRecords(id, context)
    const agent = loop.state.agents.get(id)
    if (agent === undefined || agent.generation !== generation || agent.process.status !== 'alive') return
    const host = context.hosts.get(agent.machine)
    if (host === undefined || !host.isReady) return
    if (clock.now() > deadline) {
      // Launcher and watcher were killed: what they ran may go on, and nothing is started beside it.
      const left = sayLeft(await endStarts(host, [agentStart(host, id, generation)]))
      const why = await whyNoRecord(
        host,
        agentStart(host, id, generation),
        `${host.agentDir(id)}/gen.${generation}`,
      )
      loop.dispatch({
        type: 'agent.exited',
        at: clock.now(),
        agent: id,
        generation,
        exitCode: null,
        signal: null,
        reason: [why, left].filter(Boolean).join('; '),
      })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
