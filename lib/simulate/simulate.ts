/**
 * A whole run in virtual time: the very `reduce` and `decide` of the daemon, with machines, agents and faults that are
 * made up. The same seed gives the same run.
 */
import type { Stage } from './stage.js'
import type { GateId } from '../core/ids.js'
import type { Layout } from '../core/layout/model.js'
import { decide } from '../core/run/decide.js'
import type { RunEvent } from '../core/run/events.js'
import { initialState, reduce } from '../core/run/reduce.js'
import type { AttemptRecord, GateRecord, RunState, TaskRecord } from '../core/run/state.js'
import type { Millis } from '../core/time.js'
import { forecast } from '../core/phases/forecast.js'
import { milestoneEvents } from '../core/phases/milestone-events.js'
import { NO_FAULTS, type Faults } from './faults.js'
import { Invariants, sayState } from './invariants.js'
import { agentOf } from './layout-of.js'
import { perform } from './perform.js'
import { Random } from './random.js'
import { survey } from './survey.js'
import { VirtualClock } from './virtual-clock.js'
import { startWeather } from './weather.js'
import { World } from './world.js'
import { SOME_PERSON, type Principal } from '../core/principal.js'

export interface SimulateInit {
  readonly layout: Layout
  readonly seed?: number
  readonly faults?: Faults
  /** How long an attempt really takes; without it, its task's estimate. */
  readonly durations?: (task: TaskRecord, attempt: AttemptRecord) => Millis
  /** This many agents that may do everything, instead of the layout's own. */
  readonly workers?: number
  /** False: invariants are looked at only in the end (large graphs). Default true. */
  readonly check?: boolean
  /** Gives up here. Default: a day after the faults end; never without faults. */
  readonly limitMs?: Millis
  /** When it begins; default: 0. */
  readonly startAt?: Millis
  /** After each instant, with the state as it is then. */
  readonly watch?: (state: RunState, now: Millis) => void
  /** When the approver says yes to a gate; null: never. Default: at once, in rough weather after ten seconds. */
  readonly approver?: (gate: GateId) => Millis | null
  /** When somebody takes on what was told to that layer; null: nobody does. Default: nobody. */
  readonly acks?: (layer: string) => Millis | null
  /** Called around each decision, to measure it. */
  readonly timed?: <T>(decision: () => T) => T
  /** So long a forecast of the milestones counts, as in the daemon. Default: it is played at each instant. */
  readonly forecastEveryMs?: Millis
}

export interface Simulation {
  readonly state: RunState
  readonly events: readonly RunEvent[]
  /** From the start of the run to the end of its last attempt. */
  readonly makespan: Millis
  /** Empty when everything held. */
  readonly violations: readonly string[]
  readonly decisions: number
  readonly crashes: number
  readonly told: World['told']
}

const DAY_MS = 86_400_000

export function simulate(init: SimulateInit): Simulation {
  const layout = init.workers === undefined ? init.layout : withWorkers(init.layout, init.workers)
  const invariants = new Invariants(init.check ?? true)
  const stage = makeStage(init, invariants)
  const limit = init.limitMs ?? (stage.faults.until > 0 ? stage.faults.until + DAY_MS : Infinity)
  const timed = init.timed ?? (<T>(decision: () => T) => decision())
  let decisions = 0
  let woken = false
  let foreseeAt = -Infinity
  stage.record({ type: 'layout.applied', layout, revive: true, by: SOME_PERSON })
  for (const { id, kind } of layout.machines) {
    if (kind !== 'local' && kind !== 'ssh') continue
    stage.world.hosts.set(id, { id, online: true, boot: 0 })
    stage.knownBoots.set(id, 0)
    stage.record({ type: 'machine.changed', machine: id, state: 'online', reason: null })
  }
  startWeather(stage)
  // The agents come up first, as `up` would have it.
  stage.clock.after(stage.faults.maxDelayMs, () => stage.record({ type: 'run.started', by: SOME_PERSON }))
  stage.wake()
  const answers = new Set<string>()
  while (stage.clock.next !== null && stage.clock.next <= limit) {
    const instant = stage.clock.next
    while (stage.clock.next === instant) stage.clock.step()
    if (stage.state.phase === 'finished') {
      // Somebody may still have to be told of what failed.
      if (!stage.isRough() && layout.escalation.length === 0) break
    }
    decisions += 1
    const { actions, wakeAt } = timed(() => decide(stage.state, stage.clock.now))
    invariants.actions(stage, actions)
    for (const action of actions) {
      if (stage.inFlight.has(action.key)) continue
      stage.inFlight.add(action.key)
      perform(stage, action)
    }
    if (wakeAt !== null) stage.clock.after(wakeAt - stage.clock.now, () => {})
    answerGates(stage, answers, init.approver ?? (() => (stage.faults.until > 0 ? 10_000 : 0)))
    takeOn(stage, answers, init.acks ?? (() => null))
    if (stage.clock.now >= foreseeAt) {
      foresee(stage)
      foreseeAt = stage.clock.now + (init.forecastEveryMs ?? 0)
    }
    init.watch?.(stage.state, stage.clock.now)
    woken = true
  }
  invariants.end(stage, woken)
  return {
    state: stage.state,
    events: stage.journal,
    makespan: lastEnd(stage.state) - (stage.state.startedAt ?? 0),
    violations: invariants.violations,
    decisions,
    crashes: stage.life,
    told: stage.world.told,
  }
}

function makeStage(init: SimulateInit, invariants: Invariants): Stage {
  const clock = new VirtualClock(init.startAt)
  const random = new Random(init.seed ?? 1)
  const faults = init.faults ?? NO_FAULTS
  const isRough = () => clock.now < faults.until
  const stage: Stage = {
    clock,
    random,
    world: new World(),
    faults,
    durations: init.durations ?? ((task) => task.spec.estimateMs),
    state: initialState(),
    journal: [],
    inFlight: new Set(),
    life: 0,
    knownBoots: new Map(),
    isRough,
    record: (event) => {
      const full = { ...event, at: clock.now } as RunEvent
      invariants.before(stage, full)
      stage.journal.push(full)
      reduce(stage.state, full)
      invariants.after(stage, full)
    },
    send: (event) => {
      if (!isRough()) {
        stage.record(event)
        return
      }
      if (random.chance(faults.dropEvent)) return
      const copies = random.chance(faults.doubleEvent) ? 2 : 1
      for (let copy = 0; copy < copies; copy += 1) {
        clock.after(random.between(0, faults.maxDelayMs), () => stage.record(event))
      }
    },
    wake: () => clock.after(0, () => {}),
  }
  if (faults.until > 0) {
    const look = () => {
      survey(stage)
      if (stage.state.phase !== 'finished' || isRough()) clock.after(2000, look)
    }
    clock.after(2000, look)
    crashing(stage, invariants)
  }
  return stage
}

/** The daemon dies and comes back: only the journal is left, and nobody remembers what was in flight. */
function crashing(stage: Stage, invariants: Invariants): void {
  const { clock, random, faults } = stage
  const crash = () => {
    if (!stage.isRough()) return
    const before = sayState(stage.state)
    stage.state = initialState()
    for (const event of JSON.parse(JSON.stringify(stage.journal)) as RunEvent[]) reduce(stage.state, event)
    if (sayState(stage.state) !== before) invariants.report(stage, 'I10', 'the fold of the journal differs')
    stage.inFlight.clear()
    stage.life += 1
    clock.after(random.between(1, 2 * faults.daemonCrashEvery), crash)
  }
  if (faults.daemonCrashEvery !== Infinity) clock.after(random.between(1, 2 * faults.daemonCrashEvery), crash)
}

/** What the daemon does with its forecast: the journal hears of each milestone that has another word than before. */
function foresee({ state, clock, record, wake }: Stage): void {
  if (state.layout === null || state.layout.milestones.length === 0) return
  const zone = state.layout.timezone ?? 'UTC'
  const { milestones } = forecast(state, { now: clock.now, zone, withHelp: false })
  const events = milestoneEvents(state, milestones)
  for (const event of events) record(event)
  // Other work may go on now.
  if (events.length > 0) wake()
}

function answerGates(stage: Stage, answered: Set<string>, when: (gate: GateId) => Millis | null): void {
  for (const gate of stage.state.gates.values()) {
    if (gate.status !== 'waiting' || answered.has(gate.spec.id)) continue
    answered.add(gate.spec.id)
    const wait = when(gate.spec.id)
    if (wait === null) continue
    stage.clock.after(wait, () =>
      stage.record({
        type: 'gate.answered',
        gate: gate.spec.id,
        approved: true,
        question: [],
        promptId: null,
        criteria: null,
        reason: null,
        by: approverOf(stage.state, gate),
      }),
    )
  }
}

/** The first of the layout's people who may; without people, somebody. */
function approverOf({ layout }: RunState, { spec: { quorum } }: GateRecord): Principal {
  const able = layout?.people.find(({ roles }) => quorum.role === null || roles.includes(quorum.role))
  const id = able?.is.find((one) => one.startsWith('person:'))?.slice('person:'.length)
  return id === undefined ? SOME_PERSON : { kind: 'person', id, via: 'socket' }
}

function takeOn(stage: Stage, answered: Set<string>, when: (layer: string) => Millis | null): void {
  for (const { escalation, layer } of stage.world.told) {
    const key = `${escalation}/${layer}`
    if (answered.has(key)) continue
    answered.add(key)
    const wait = when(layer)
    if (wait !== null)
      stage.clock.after(wait, () => stage.record({ type: 'escalation.acked', escalation, by: SOME_PERSON }))
  }
}

function lastEnd(state: RunState): Millis {
  let last = state.startedAt ?? 0
  for (const task of state.tasks.values()) last = Math.max(last, task.endedAt ?? 0)
  return last
}

function withWorkers(layout: Layout, count: number): Layout {
  const machine = layout.machines.find(({ kind }) => kind === 'local')?.id ?? layout.machines[0]?.id ?? 'here'
  return {
    ...layout,
    agents: Array.from({ length: count }, (_, n) => agentOf(`worker-${n + 1}`, {}, machine)),
    tasks: layout.tasks.map((task) => ({ ...task, agent: null, role: null })),
  }
}
