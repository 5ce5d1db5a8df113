/**
 * How the process of a headless agent ended: its exit status and the last message of its stream, and what it reported of
 * itself. A limit is nobody's failure: the attempt is lost, and the agent is limited until it ends.
 */
import { agentDefinition } from '../../agents/registry.js'
import type { HeadlessResult } from '../../agents/definition.js'
import { findMarkers } from '../../core/markers/find-markers.js'
import { decodeAgentResult } from '../../core/protocol/agent-report.js'
import type { Proof, RunEvent } from '../../core/run/events.js'
import type { AgentRecord, AttemptRecord } from '../../core/run/state.js'
import { limitPause, namesRateLimit } from '../../core/status/limit-pause.js'
import { parseLimitEnd } from '../../core/status/limits.js'
import { safeLines } from '../../core/text/safe-lines.js'
import { safeText } from '../../core/text/safe-text.js'
import { localClock } from '../kernel/clock.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Host } from '../machines/host.js'
import type { JobResult } from '../jobs/jobs.js'

const TEXT_LIMIT = 4000

export async function headlessEnd(
  attempt: AttemptRecord,
  result: JobResult,
  host: Host,
  { loop, clock }: Pick<Kernel, 'loop' | 'clock'>,
): Promise<RunEvent[]> {
  const agent = attempt.agent === null ? undefined : loop.state.agents.get(attempt.agent)
  if (agent === undefined) return []
  const said = readStream(agent, result)
  const reported = (await reportOf(agent, attempt, host)) ?? markedIn(said.text, attempt)
  const at = clock.now()
  const text = said.text === null ? null : safeLines(said.text).trim().slice(-TEXT_LIMIT)
  if (said.state === 'limited' && reported === null) {
    const task = loop.state.tasks.get(attempt.task)
    const before = (task?.attempts ?? []).filter(
      (id) => loop.state.attempts.get(id)?.status === 'lost',
    ).length
    return [limited(agent, text ?? '', at, before), lost(attempt, text ?? 'a limit', at)]
  }
  const outcome = reported?.outcome ?? said.outcome
  // Failed for another reason than its exit status.
  const exitCode = outcome !== 'done' && result.exitCode === 0 ? null : result.exitCode
  const kind = reported === null ? 'exit' : reported.kind
  const proof: Proof = {
    kind,
    outcome,
    text: reported?.text ?? text,
    exitCode: reported === null ? exitCode : null,
  }
  return [{ type: 'attempt.proved', at, attempt: attempt.id, proof }]
}

function readStream(agent: AgentRecord, result: JobResult): HeadlessResult {
  const stream = agentDefinition((agent.startedAs ?? agent.spec).behaviour).headless?.stream()
  if (stream === undefined)
    return { outcome: 'fail', state: 'error', text: 'it has no headless mode', session: null }
  for (const line of result.raw.split('\n')) stream.line(line)
  const said = stream.result(result.exitCode)
  if (result.signal === null || said.outcome === 'done') return said
  const how = result.signal === 'HUP' ? 'its window was closed' : `ended by ${result.signal}`
  return { ...said, state: 'error', text: said.text === null ? how : `${how}: ${said.text}` }
}

/** Its own word that it failed, or that it needs something. That it is done is believed when its process says so, too. */
type Reported = Pick<Proof, 'kind' | 'outcome' | 'text'> | null

async function reportOf(agent: AgentRecord, attempt: AttemptRecord, host: Host): Promise<Reported> {
  const { result } = await host.readAgent(agent.spec.id, agent.generation, attempt.id)
  if (result === null) return null
  const expect = { agent: agent.spec.id, task: attempt.task, nonce: attempt.nonce, attempt: attempt.id }
  const decoded = decodeAgentResult(result, expect)
  if (!decoded.ok || decoded.value.outcome === 'done') return null
  return { kind: 'report', outcome: decoded.value.outcome, text: decoded.value.text }
}

function markedIn(text: string | null, attempt: AttemptRecord): Reported {
  const mine = findMarkers(text ?? '').findLast(({ nonce }) => nonce === attempt.nonce)
  if (mine?.word !== 'FAIL' && mine?.word !== 'BLOCKED') return null
  const said = safeLines(text ?? '')
    .trim()
    .slice(-TEXT_LIMIT)
  return { kind: 'marker', outcome: mine.word === 'FAIL' ? 'fail' : 'blocked', text: said }
}

/** @param before how often this task met a limit already */
function limited(agent: AgentRecord, text: string, at: number, before: number): RunEvent {
  const end = parseLimitEnd(text, localClock(at))
  // `hold`: a person says when it goes on.
  const until =
    agent.spec.onLimit === 'hold'
      ? null
      : (end ?? at + limitPause(namesRateLimit(text) ? 'rate' : 'usage', before))
  return {
    type: 'agent.observed',
    at,
    agent: agent.spec.id,
    generation: agent.generation,
    observation: {
      state: 'limited',
      confidence: 1,
      evidence: 'exit',
      rule: null,
      text: safeText(text).slice(0, 200),
      promptId: null,
      until,
      stalledSince: null,
    },
  }
}

function lost(attempt: AttemptRecord, text: string, at: number): RunEvent {
  const reason = `limited: ${text}`
  return { type: 'attempt.ended', at, attempt: attempt.id, status: 'lost', reason, screen: null }
}
