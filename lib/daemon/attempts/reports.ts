/** What an agent reported of itself on its machine: believed only with the right names and nonce. */
import type { AgentId } from '../../core/ids.js'
import { decodeAgentResult, decodeAgentStatus } from '../../core/protocol/agent-report.js'
import type { Proof } from '../../core/run/events.js'
import type { AgentRecord, AttemptRecord } from '../../core/run/state.js'
import type { Kernel } from '../kernel/kernel.js'
import type { Hosts } from '../machines/host-of.js'
import type { Observer } from '../observe/observer.js'
import type { Hooks } from './hooks.js'

const OUTCOME = { COMPLETED: 'done', FAILED: 'fail', BLOCKED: 'blocked' } as const

export interface ReportNeeds {
  readonly kernel: Pick<Kernel, 'loop' | 'clock'>
  readonly hosts: Hosts
  readonly observer: Pick<Observer, 'expect'>
  readonly hooks: Pick<Hooks, 'take'>
}

export class Reports {
  readonly #needs: ReportNeeds
  /** The last `status.json` of each agent that was believed. */
  readonly #last = new Map<AgentId, string>()
  readonly #ignoredReasons = new Map<AgentId, { attempt: string | null; reasons: Set<string> }>()

  constructor(needs: ReportNeeds) {
    this.#needs = needs
  }

  /** What it did, without how it ended; its exit record, if there is one, for who wants it. */
  async results(id: AgentId): Promise<{ readonly agent: AgentRecord; readonly exit: string } | null> {
    const agent = this.#needs.kernel.loop.state.agents.get(id)
    if (agent === undefined || agent.process.status !== 'alive') return null
    const host = this.#needs.hosts.get(agent.machine)
    if (host === undefined || !host.isReady) return null
    const asked = this.#liveAttempt(agent)
    const files = await host.readAgent(id, agent.generation, asked?.id ?? null)
    const now = this.#needs.kernel.loop.state.agents.get(id)
    // Another process by now: none of this is its word.
    if (now === undefined || now.process.status !== 'alive' || now.generation !== agent.generation)
      return null
    if (files.hook !== null) this.#needs.hooks.take(files.hook, now)
    // Each is looked up again: what we waited for, or took a line above, may have ended it.
    const attempt = () => {
      const live = this.#liveAttempt(now)
      return live?.id === asked?.id ? live : undefined
    }
    if (attempt() !== undefined) for (const why of files.odd) this.ignored(id, why)
    const finished = attempt()
    // How a process ended is known when it has ended.
    if (files.result !== null && finished?.headless === false) this.#takeResult(files.result, now, finished)
    const told = attempt()
    if (files.report !== null && told !== undefined) this.#takeReport(files.report, now, told)
    return files.exit === null ? null : { agent: now, exit: files.exit }
  }

  #takeReport(text: string, agent: AgentRecord, attempt: AttemptRecord): void {
    const { loop, clock } = this.#needs.kernel
    const expect = { agent: agent.spec.id, task: attempt.task, nonce: attempt.nonce, now: clock.now() }
    const decoded = decodeAgentStatus(text, expect)
    if (!decoded.ok) {
      // What was its word on an earlier task stands there until it has something new to say.
      if (this.#last.get(agent.spec.id) !== text) this.ignored(agent.spec.id, decoded.reason)
      return
    }
    this.#last.set(agent.spec.id, text)
    const { progress, text: said, checkpoint, status, errors } = decoded.value
    // One that cannot run our report program may write the file itself.
    const outcome = OUTCOME[status as keyof typeof OUTCOME] as Proof['outcome'] | undefined
    if (outcome !== undefined && !attempt.headless && loop.state.attempts.get(attempt.id)?.proof === null) {
      const why = outcome === 'done' ? said : (said ?? errors[0] ?? null)
      this.#prove(agent, attempt, { kind: 'result', outcome, text: why, exitCode: null })
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

  #takeResult(text: string, agent: AgentRecord, attempt: AttemptRecord): void {
    if (attempt.proof !== null) return
    const expect = { agent: agent.spec.id, task: attempt.task, nonce: attempt.nonce, attempt: attempt.id }
    const decoded = decodeAgentResult(text, expect)
    if (!decoded.ok) return this.ignored(agent.spec.id, decoded.reason)
    const { outcome, text: said } = decoded.value
    this.#prove(agent, attempt, { kind: 'report', outcome, text: said, exitCode: null })
  }

  #prove(agent: AgentRecord, attempt: AttemptRecord, proof: Proof): void {
    this.#needs.observer.expect(agent.spec.id, null)
    this.#needs.kernel.loop.dispatch({
      type: 'attempt.proved',
      at: this.#needs.kernel.clock.now(),
      attempt: attempt.id,
      proof,
    })
  }

  #liveAttempt(agent: AgentRecord): AttemptRecord | undefined {
    const attempt =
      agent.attempt === null ? undefined : this.#needs.kernel.loop.state.attempts.get(agent.attempt)
    return attempt === undefined || attempt.phase === 'ended' ? undefined : attempt
  }

  /** Each reason once an attempt: a file that stays wrong is looked at again and again, and a hostile agent changes it often. */
  ignored(agent: AgentId, reason: string): void {
    const attempt = this.#needs.kernel.loop.state.agents.get(agent)?.attempt ?? null
    const mine = this.#ignoredReasons.get(agent)
    const reasons = mine?.attempt === attempt ? mine.reasons : new Set<string>()
    this.#ignoredReasons.set(agent, { attempt, reasons })
    if (reasons.has(reason)) return
    reasons.add(reason)
    this.#needs.kernel.loop.dispatch({
      type: 'report.ignored',
      at: this.#needs.kernel.clock.now(),
      agent,
      reason,
    })
  }
}
