/** What must always hold, whatever happens outside. Looked at after every event; small graphs only. */
import { askedId } from '../core/ids.js'
import { heldBy } from '../core/dag/graph.js'
import { phaseNamed } from '../core/phases/phase-named.js'
import type { Action } from '../core/run/actions.js'
import type { RunEvent } from '../core/run/events.js'
import { initialState, reduce } from '../core/run/reduce.js'
import type { RunState, TaskRecord } from '../core/run/state.js'
import { bothIndexes } from './say-index.js'
import type { Stage } from './stage.js'

const TERMINAL = new Set(['COMPLETED', 'FAILED', 'BLOCKED', 'CANCELLED'])

export class Invariants {
  readonly violations: string[] = []
  readonly #check: boolean
  #before: ReadonlyMap<string, TaskRecord> = new Map()
  #events = 0

  constructor(check: boolean) {
    this.#check = check
  }

  report(stage: Stage, invariant: string, text: string): void {
    if (this.violations.length < 20) this.violations.push(`${invariant} at ${stage.clock.now} ms: ${text}`)
  }

  before(stage: Stage, _event: RunEvent): void {
    if (this.#check) this.#before = new Map(stage.state.tasks)
  }

  after(stage: Stage, event: RunEvent): void {
    if (!this.#check) return
    this.#oneLiveAttempt(stage)
    for (const task of stage.state.tasks.values()) {
      const was = this.#before.get(task.spec.id)
      if (was === task) continue
      this.#changed(stage, event, was, task)
    }
    this.#agents(stage)
    this.#events += 1
    if (this.#events % 61 === 0) this.#index(stage, event)
  }

  /** I7: nothing is done to what cannot be seen. */
  actions(stage: Stage, actions: readonly Action[]): void {
    if (!this.#check) return
    const keys = new Set<string>()
    for (const action of actions) {
      if (keys.has(action.key)) this.report(stage, 'keys', `${action.key} is asked for twice`)
      keys.add(action.key)
      const machine =
        'machine' in action
          ? action.machine
          : action.type === 'attempt.stop' || action.type === 'attempt.verify'
            ? stage.state.attempts.get(action.attempt)?.machine
            : undefined
      if (machine === undefined) continue
      const state = stage.state.machines.get(machine)?.state
      if (state !== 'online' && state !== 'degraded') {
        this.report(stage, 'I7', `${action.key} while ${machine} is ${state}`)
      }
    }
  }

  end(stage: Stage, ran: boolean): void {
    const { state } = stage
    if (ran && state.phase !== 'finished') {
      const open = [...state.tasks.values()].filter((task) => !TERMINAL.has(task.status))
      const said = open.slice(0, 3).map((task) => `${task.spec.id} ${task.status} ${task.reason ?? ''}`)
      this.report(stage, 'I12', `no end: ${open.length} open (${said.join('; ')})`)
    }
    this.#reasons(stage)
    this.#escalations(stage)
    this.#budgets(stage)
    if (!this.#check) return
    const again = initialState()
    for (const event of stage.journal) reduce(again, event)
    if (sayState(again) !== sayState(state)) this.report(stage, 'I10', 'the fold of the journal differs')
  }

  #index(stage: Stage, event: RunEvent): void {
    const [grown, rebuilt] = bothIndexes(stage.state)
    if (grown === rebuilt) return
    const lines = rebuilt.split('\n')
    const other = grown.split('\n').find((line, n) => line !== lines[n]) ?? ''
    const expected = lines.find((line) => line.slice(0, 12) === other.slice(0, 12)) ?? ''
    this.report(stage, 'index', `after ${event.type}: ${other} should be ${expected}`)
  }

  #oneLiveAttempt(stage: Stage): void {
    const live = new Set<string>()
    const agents = new Set<string>()
    for (const attempt of stage.state.attempts.values()) {
      if (attempt.phase === 'ended') continue
      if (live.has(attempt.task)) this.report(stage, 'I1', `${attempt.task} has two live attempts`)
      live.add(attempt.task)
      if (attempt.agent === null) continue
      if (agents.has(attempt.agent)) this.report(stage, 'I1', `${attempt.agent} has two attempts`)
      agents.add(attempt.agent)
    }
    const working = new Set<string>()
    for (const work of stage.world.work.values()) {
      if (working.has(work.task)) this.report(stage, 'I1', `${work.task} is worked on twice`)
      working.add(work.task)
    }
    for (const [attempt, count] of stage.world.begun) {
      if (count > 1) this.report(stage, 'I13', `${attempt} was begun ${count} times`)
    }
  }

  #changed(stage: Stage, event: RunEvent, was: TaskRecord | undefined, task: TaskRecord): void {
    const { id } = task.spec
    if (was?.status === 'COMPLETED' && task.status !== 'COMPLETED') {
      this.report(stage, 'I2', `${id} is ${task.status} after COMPLETED`)
    }
    if (was?.status !== 'COMPLETED' && task.status === 'COMPLETED') this.#proven(stage, task)
    if (was?.status !== 'IN_PROGRESS' && task.status === 'IN_PROGRESS') this.#mayStart(stage, was, task)
    const spoke = event.type === 'machine.changed' || event.type === 'agent.observed'
    if (spoke && was?.status === 'IN_PROGRESS' && task.status !== 'IN_PROGRESS') {
      this.report(stage, 'I7', `${id} became ${task.status} by ${event.type}`)
    }
  }

  #proven(stage: Stage, task: TaskRecord): void {
    const last = task.attempts.at(-1)
    const attempt = last === undefined ? undefined : stage.state.attempts.get(last)
    const proven = attempt?.proof?.outcome === 'done' && attempt.status === 'succeeded'
    if (!proven && task.alreadyDone !== 'yes') this.report(stage, 'I3', `${task.spec.id} without proof`)
    if (proven && !stage.world.results.has(attempt.id)) {
      this.report(stage, 'I3', `${task.spec.id} without a record`)
    }
  }

  #mayStart(stage: Stage, was: TaskRecord | undefined, task: TaskRecord): void {
    for (const need of task.spec.needs) {
      if (!isDone(stage.state, need)) this.report(stage, 'I4', `${task.spec.id} started before ${need}`)
    }
    if (was?.notBefore != null && was.notBefore > stage.clock.now) {
      this.report(stage, 'I8', `${task.spec.id} started during its back-off`)
    }
  }

  #agents(stage: Stage): void {
    for (const agent of stage.state.agents.values()) {
      if (agent.attempt === null) continue
      const attempt = stage.state.attempts.get(agent.attempt)
      if (attempt === undefined || attempt.phase === 'ended') {
        this.report(stage, 'I10', `${agent.spec.id} holds ${agent.attempt}, which ended`)
      }
    }
  }

  /** E1: nobody is told twice of one incident at one layer. E2: whoever was to be told was, or it is said why not. */
  #escalations(stage: Stage): void {
    const heard = new Set<string>()
    for (const { escalation, layer, to, cause } of stage.world.told) {
      const key = `${escalation} ${layer} ${to}`
      if (heard.has(key)) this.report(stage, 'E1', `${cause} was told to ${to} of ${layer} twice`)
      heard.add(key)
    }
    for (const one of stage.state.escalations.values()) {
      for (const { to, layer, state } of one.deliveries) {
        if (state === 'pending' || state === 'sending')
          this.report(stage, 'E2', `${one.key}: ${to} of ${layer} is ${state}`)
        else if (state === 'sent' && !heard.has(`${one.id} ${layer} ${to}`))
          this.report(stage, 'E2', `${one.key}: ${to} of ${layer} never heard of it`)
      }
    }
  }

  /** I24 */
  #reasons(stage: Stage): void {
    for (const task of stage.state.tasks.values()) {
      if (!TERMINAL.has(task.status) || task.status === 'COMPLETED') continue
      if (task.reason === null || task.reason === '')
        this.report(stage, 'I24', `${task.spec.id} ${task.status}`)
    }
    for (const attempt of stage.state.attempts.values()) {
      const silent = attempt.reason === null || attempt.reason === ''
      if (attempt.phase === 'ended' && attempt.status !== 'succeeded' && silent) {
        this.report(stage, 'I24', `${attempt.id} ${attempt.status}`)
      }
    }
  }

  /** I8 */
  #budgets(stage: Stage): void {
    for (const task of stage.state.tasks.values()) {
      let used = 0
      let lost = 0
      for (const id of task.attempts.slice(task.budgetFrom)) {
        const status = stage.state.attempts.get(id)?.status
        if (status === 'failed' || status === 'timed_out') used += 1
        if (status === 'lost') lost += 1
      }
      const most = task.spec.retry.attempts + (task.onFallback ? 1 : 0)
      if (used > most || lost > 6) {
        this.report(stage, 'I8', `${task.spec.id}: ${used} of ${most} attempts failed, ${lost} lost`)
      }
    }
  }
}

/** The whole state as text, for comparisons. */
export function sayState(state: RunState): string {
  const { machines, agents, tasks, attempts, gates, milestones, escalations, human, layout, ...rest } = state
  return JSON.stringify([
    rest,
    layout?.session,
    [...machines],
    [...agents],
    [...tasks],
    [...attempts],
    [...gates],
    [...milestones],
    [...escalations],
    [...human],
  ])
}

function isDone(state: RunState, need: string): boolean {
  const phase = phaseNamed(state, need)
  if (phase !== undefined) return heldBy(phase).every((id) => isDone(state, id))
  const isCompleted = state.tasks.get(askedId(need))?.status === 'COMPLETED'
  return isCompleted || state.gates.get(askedId(need))?.status === 'open'
}
