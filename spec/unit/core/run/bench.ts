/** A run on the table: events in, actions out, with the few events that every example needs. */
import type { Action } from '../../../../lib/core/run/actions.js'
import { decide } from '../../../../lib/core/run/decide.js'
import type { Observation, RunEvent } from '../../../../lib/core/run/events.js'
import { initialState, reduce } from '../../../../lib/core/run/reduce.js'
import type {
  AgentId,
  AttemptId,
  GateId,
  MachineId,
  Nonce,
  PaneId,
  TaskId,
} from '../../../../lib/core/ids.js'
import { attemptId } from '../../../../lib/core/ids.js'
import type { AgentState } from '../../../../lib/core/words.js'
import { layoutOf, type LayoutInit } from '../../../../lib/simulate/layout-of.js'
import { PERSON } from '../../../support/principals.js'

/** An event without its time: the bench has the clock. */
type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never

export class Bench {
  readonly state = initialState()
  now = 0

  constructor(init: LayoutInit, options: { readonly start?: boolean } = {}) {
    this.event({ type: 'layout.applied', layout: layoutOf(init), revive: true, by: PERSON })
    for (const machine of this.state.machines.keys()) this.machine(machine, 'online')
    if (options.start === false) return
    this.bringUp()
    this.event({ type: 'run.started', by: PERSON })
  }

  event(event: Timeless<RunEvent>): void {
    reduce(this.state, { ...event, at: this.now })
  }

  relayout(init: LayoutInit, revive = false): void {
    this.event({ type: 'layout.applied', layout: layoutOf(init), revive, by: PERSON })
  }

  /** Starts every agent that is asked for. */
  bringUp(): void {
    for (const action of this.actions()) {
      if (action.type !== 'agent.start') continue
      const { agent, generation, machine } = action
      this.event({ type: 'agent.starting', agent, generation, machine })
      this.event({ type: 'agent.started', agent, generation, machine, pid: 1, pane: '%1' as PaneId })
      this.see(agent, 'idle')
    }
  }

  actions(): readonly Action[] {
    return decide(this.state, this.now).actions
  }

  wakeAt(): number | null {
    return decide(this.state, this.now).wakeAt
  }

  /** `type:subject` of each action. */
  said(): string[] {
    return this.actions().map((action) => action.key)
  }

  machine(
    id: string,
    state: 'online' | 'offline' | 'degraded' | 'unknown',
    reason: string | null = null,
  ): void {
    this.event({ type: 'machine.changed', machine: id as MachineId, state, reason })
  }

  see(agent: string, state: AgentState, more: Partial<Observation> = {}): void {
    const observation: Observation = {
      state,
      confidence: 1,
      evidence: 'title',
      rule: null,
      text: null,
      promptId: null,
      until: null,
      stalledSince: null,
      ...more,
    }
    const generation = this.agent(agent).generation
    this.event({ type: 'agent.observed', agent: agent as AgentId, generation, observation })
  }

  /** Carries out the starts of attempts that `decide` asks for now; returns `task>agent`. */
  dispatch(unconfirmed = ''): string[] {
    const done: string[] = []
    for (const action of this.actions()) {
      if (action.type !== 'attempt.start' || action.recorded) continue
      const agent = action.agent === null ? undefined : this.state.agents.get(action.agent)
      this.event({
        type: 'attempt.started',
        attempt: action.attempt,
        task: action.task,
        agent: action.agent,
        generation: agent?.generation ?? null,
        machine: action.machine,
        nonce: 'aaaaaaaa' as Nonce,
        random: 0,
        headless: agent?.mode === 'headless',
      })
      this.event({ type: 'attempt.running', attempt: action.attempt, pid: null, unconfirmed })
      done.push(`${action.task}>${action.agent ?? action.machine}`)
    }
    return done
  }

  prove(task: string, outcome: 'done' | 'fail' | 'blocked' = 'done', exitCode: number | null = null): void {
    const proof = { kind: 'report' as const, outcome, text: null, exitCode }
    this.event({ type: 'attempt.proved', attempt: this.attemptOf(task), proof })
  }

  verify(task: string, ok = true): void {
    const checks = [{ command: 'check', ok, exitCode: ok ? 0 : 1, output: '', durationMs: 1 }]
    const attempt = this.attemptOf(task)
    const nothing = { missingOutputs: [], outputs: [], work: null, escapes: [] }
    this.event({ type: 'attempt.verified', attempt, ok, checks, ...nothing })
  }

  finish(task: string): void {
    this.prove(task)
    this.verify(task)
  }

  end(task: string, status: 'failed' | 'lost' | 'timed_out' | 'cancelled', reason = 'because'): void {
    this.event({ type: 'attempt.ended', attempt: this.attemptOf(task), status, reason, screen: null })
  }

  approve(gate: string, approved = true): void {
    this.event({
      type: 'gate.answered',
      gate: gate as GateId,
      approved,
      question: [],
      promptId: null,
      criteria: null,
      reason: null,
      by: PERSON,
    })
  }

  exit(agent: string, exitCode: number | null = 1): void {
    const { generation } = this.agent(agent)
    const reason = `exit status ${exitCode}`
    this.event({
      type: 'agent.exited',
      agent: agent as AgentId,
      generation,
      exitCode,
      signal: null,
      reason,
      asked: false,
    })
  }

  attemptOf(task: string): AttemptId {
    return attemptId(task as TaskId, Math.max(1, this.task(task).attempts.length))
  }

  attempt(task: string) {
    return this.state.attempts.get(this.attemptOf(task))!
  }

  agent(id: string) {
    return this.state.agents.get(id as AgentId)!
  }

  task(id: string) {
    return this.state.tasks.get(id as TaskId)!
  }

  gate(id: string) {
    return this.state.gates.get(id as GateId)!
  }

  status(...tasks: string[]): string[] {
    return tasks.map((id) => this.task(id).status)
  }
}
