/** Carries out the daemon's actions upon the made-up world: probe, act under the action's key, answer with an event. */
import { commandGroups } from '../core/gates/criteria.js'
import { assertNever } from '../core/assert-never.js'
import {
  checkedId,
  type AttemptId,
  type GateId,
  type MachineId,
  type Nonce,
  type PaneId,
} from '../core/ids.js'
import type { Action } from '../core/run/actions.js'
import type { CheckResult } from '../core/run/events.js'
import { findEscalation } from '../core/run/fold/reduce-escalations.js'
import type { SlotRecord } from '../core/trees/records.js'
import { reportMadeSteps } from '../core/reports/report-made.js'
import { drained } from '../core/steps.js'
import type { NewEvent, Stage } from './stage.js'

/** The answer to whoever asked: it may be lost, but comes neither late nor twice. */
type Reply = (event: NewEvent) => void
type Of<T extends Action['type']> = Extract<Action, { type: T }>

/** A performer that got no answer tries again after this. */
const TRY_AGAIN_MS = 500

export function perform(stage: Stage, action: Action): void {
  switch (action.type) {
    case 'agent.start':
      return startAgent(stage, action)
    case 'agent.stop':
      return onMachine(stage, action, action.machine, (reply) => {
        const process = stage.world.process(action.agent, action.generation)
        if (process?.alive === true) stage.world.kill(process, 0)
        const reason = 'stopped'
        const { agent, generation } = action
        reply({ type: 'agent.exited', agent, generation, exitCode: 0, signal: null, reason, asked: true })
      })
    case 'attempt.start':
      return startAttempt(stage, action)
    case 'attempt.stop':
      return stopAttempt(stage, action)
    case 'attempt.verify':
      return soon(stage, action, () => {
        const ok = !(stage.isRough() && stage.random.chance(stage.faults.verifyFails))
        const checks = [check(ok)]
        const { attempt } = action
        stage.record({
          type: 'attempt.verified',
          attempt,
          ok,
          checks,
          missingOutputs: [],
          outputs: [],
          ...NO_TREE,
        })
      })
    case 'task.check_done':
      return soon(stage, action, () =>
        stage.record({ type: 'task.already_done', task: action.task, done: false, output: '' }),
      )
    case 'gate.check':
      return soon(stage, action, () =>
        stage.record({
          type: 'gate.checked',
          gate: action.gate,
          ok: true,
          checks: checksOf(stage, action.gate),
          head: null,
        }),
      )
    case 'tree.prepare':
      return soon(stage, action, () => {
        const slot = stage.state.slots.get(action.slot)
        if (slot?.state === 'preparing') stage.record(madeReady(slot))
      })
    case 'tree.release':
      return soon(stage, action, () => {
        const attempt = stage.state.slots.get(action.slot)?.attempt ?? null
        stage.record({ type: 'tree.released', slot: action.slot, attempt, head: null, commits: 0, files: 0 })
      })
    case 'tree.remove':
      return soon(stage, action, () => stage.record({ type: 'tree.removed', slot: action.slot }))
    case 'agent.call':
      return soon(stage, action, () => {
        const { agent, reason, why } = action
        stage.record({ type: 'agent.called', agent, reason, why })
      })
    case 'agent.release':
      return soon(stage, action, () => stage.record({ type: 'agent.released', agent: action.agent }))
    case 'run.finish':
      return soon(stage, action, () => stage.record({ type: 'run.finished' }))
    case 'merge.step':
      // A simulated layout has no queues.
      return
    case 'record':
      return soon(stage, action, () => stage.record(action.event))
    case 'report.make':
      return soon(stage, action, () => {
        const { state, clock } = stage
        const zone = state.layout?.timezone ?? 'UTC'
        const event = drained(reportMadeSteps(state, action, { now: clock.now, zone }))
        if (event !== null) stage.record(event)
      })
    case 'escalation.deliver':
      return deliver(stage, action)
    default:
      return assertNever(action)
  }
}

/** As the daemon does. What has left arrives, whether the daemon lives to note it or not. */
function deliver(stage: Stage, action: Of<'escalation.deliver'>): void {
  const { world, clock, random } = stage
  const { escalation, layer, to } = action
  const one = findEscalation(stage.state, escalation)
  const before = one?.deliveries.find((delivery) => delivery.to === to && delivery.layer === layer)?.state
  const id = { escalation, layer, to }
  if (before === 'sending') {
    return soon(stage, action, () =>
      stage.record({ type: 'escalation.sent', ...id, outcome: 'uncertain', reason: 'cut off' }),
    )
  }
  stage.record({ type: 'escalation.sending', ...id })
  const way = stage.isRough() ? random.between(0, stage.faults.maxDelayMs) : 0
  clock.after(way, () => world.told.push({ at: clock.now, ...id, cause: one?.key ?? '' }))
  soon(stage, action, () => stage.record({ type: 'escalation.sent', ...id, outcome: 'sent', reason: null }))
}

function checksOf({ state }: Stage, gate: GateId): CheckResult[] {
  const spec = state.gates.get(gate)?.spec
  const groups = spec === undefined ? [] : commandGroups(spec)
  return groups.flatMap(({ commands }) => commands.map((command) => ({ ...check(true), command })))
}

function madeReady({ id: slot, attempt, branch, index, path }: SlotRecord): NewEvent {
  return {
    type: 'tree.ready',
    slot,
    attempt,
    created: path === null,
    path: path ?? `/trees/${index}`,
    branch,
    base: { oid: '0'.repeat(40), fetchedAt: 0 },
    needs: [],
    setupKey: null,
    ports: {},
    stale: null,
  }
}

const NO_TREE = { work: null, escapes: [] } as const

function check(ok: boolean): CheckResult {
  return { command: 'check', ok, exitCode: ok ? 0 : 1, output: '', durationMs: 0 }
}

/** After a way of some length, unless the daemon died in between; then the action is no longer in flight. */
function soon(stage: Stage, action: Action, act: () => void): void {
  const { life } = stage
  const delay = stage.isRough() ? stage.random.between(0, stage.faults.maxDelayMs) : 0
  stage.clock.after(delay, () => {
    if (stage.life !== life) return
    act()
    stage.inFlight.delete(action.key)
  })
}

/** The effect reaches the machine even if the daemon dies on the way; nothing happens while the link is down. */
function onMachine(stage: Stage, action: Action, machine: MachineId, act: (reply: Reply) => void): void {
  const { life } = stage
  const reply = (event: NewEvent) => {
    const lost = stage.isRough() && stage.random.chance(stage.faults.dropEvent)
    if (stage.life === life && !lost) stage.record(event)
  }
  const delay = stage.isRough() ? stage.random.between(0, stage.faults.maxDelayMs) : 0
  stage.clock.after(delay, () => {
    // A link belongs to one boot: nothing is done on a machine whose reboot has not been noticed yet.
    const sameBoot = stage.knownBoots.get(machine) === stage.world.hosts.get(machine)?.boot
    if (stage.world.isUp(machine) && sameBoot) act(reply)
    stage.clock.after(stage.isRough() ? TRY_AGAIN_MS : 0, () => {
      if (stage.life === life) stage.inFlight.delete(action.key)
    })
  })
}

function startAgent(stage: Stage, action: Of<'agent.start'>): void {
  const { agent, generation, machine } = action
  const { world, random, faults } = stage
  if (stage.state.agents.get(agent)?.generation !== generation) {
    stage.record({ type: 'agent.starting', agent, generation, machine })
  }
  onMachine(stage, action, machine, (reply) => {
    let process = world.process(agent, generation)
    if (process === undefined) {
      if (stage.isRough() && random.chance(faults.startFails)) {
        reply({ type: 'agent.start_failed', agent, generation, reason: 'it would not start' })
        return
      }
      // A start that comes late finds a later life there already: the name is taken.
      if ([...world.processes.values()].some((other) => other.id === agent && other.generation >= generation))
        return
      process = {
        id: agent,
        generation,
        machine,
        alive: true,
        exitCode: null,
        state: 'idle',
        limitedUntil: 0,
      }
      world.launch(process)
    }
    if (!process.alive) return
    reply({
      type: 'agent.started',
      agent,
      generation,
      machine,
      pid: generation,
      pane: checkedId<PaneId>('%1'),
    })
    look(stage, action.agent, generation)
  })
}

/** What an observer would say of an agent now. */
export function look(stage: Stage, agent: Of<'agent.start'>['agent'], generation: number): void {
  const process = stage.world.process(agent, generation)
  if (process === undefined || !process.alive) return
  const { state } = process
  stage.send({
    type: 'agent.observed',
    agent,
    generation,
    observation: {
      state,
      confidence: 1,
      evidence: 'title',
      rule: null,
      text: null,
      promptId: null,
      until: state === 'limited' ? process.limitedUntil : null,
      stalledSince: null,
    },
  })
}

function startAttempt(stage: Stage, action: Of<'attempt.start'>): void {
  const { attempt, task, agent, machine } = action
  const { world, random, faults } = stage
  if (!action.recorded) {
    const generation = agent === null ? null : (stage.state.agents.get(agent)?.generation ?? null)
    const nonce = checkedId<Nonce>('aaaaaaaa')
    const event = { attempt, task, agent, generation, machine, nonce, random: random.next(), headless: false }
    stage.record({ type: 'attempt.started', ...event })
  }
  const accepted = stage.state.attempts.get(attempt)
  if (accepted === undefined || accepted.phase !== 'starting') {
    stage.inFlight.delete(action.key)
    return
  }
  onMachine(stage, action, machine, (reply) => {
    // It may have ended while this was on its way: then nothing is delivered any more.
    if (stage.state.attempts.get(attempt)?.phase !== 'starting') return
    if (world.begun.has(attempt)) {
      reply({ type: 'attempt.running', attempt, pid: null, unconfirmed: '' })
      return
    }
    const process = agent === null ? undefined : world.process(agent, accepted.generation ?? 0)
    if (agent !== null && process?.alive !== true) return
    if (stage.isRough() && random.chance(faults.deliveryFails)) {
      reply({
        type: 'attempt.ended',
        attempt,
        status: 'failed',
        reason: 'refused: not ready',
        screen: null,
      })
      return
    }
    world.begin({ attempt, task, agent, machine })
    if (process !== undefined && process.state === 'idle') process.state = 'working'
    reply({ type: 'attempt.running', attempt, pid: null, unconfirmed: '' })
    if (process !== undefined && stage.isRough()) look(stage, process.id, process.generation)
    const record = stage.state.tasks.get(task)
    const duration = record === undefined ? 0 : stage.durations(record, accepted)
    stage.clock.after(duration, () => complete(stage, attempt))
  })
}

/** The work ends: first the durable record, then the news of it. */
function complete(stage: Stage, attempt: AttemptId): void {
  const { world, random, faults } = stage
  const work = world.work.get(attempt)
  if (work === undefined) return
  world.work.delete(attempt)
  const rough = stage.isRough()
  const outcome =
    rough && random.chance(faults.taskBlocked)
      ? 'blocked'
      : rough && random.chance(faults.taskFails)
        ? 'fail'
        : 'done'
  const kind = work.agent === null ? 'exit' : 'report'
  const proof = { kind, outcome, text: null, exitCode: null } as const
  world.results.set(attempt, proof)
  const record = stage.state.attempts.get(attempt)
  const process = work.agent === null ? undefined : world.process(work.agent, record?.generation ?? 0)
  if (process?.alive === true && process.state === 'working') process.state = 'idle'
  if (!world.isUp(work.machine)) return
  stage.send({ type: 'attempt.proved', attempt, proof })
  if (process !== undefined && rough) look(stage, process.id, process.generation)
}

function stopAttempt(stage: Stage, action: Of<'attempt.stop'>): void {
  const { attempt, status, why } = action
  const record = stage.state.attempts.get(attempt)
  if (record === undefined) return
  onMachine(stage, action, record.machine, (reply) => {
    const { world } = stage
    world.work.delete(attempt)
    // Whatever comes of it later has no effect any more; a start that is on its way must not begin it.
    if (!world.begun.has(attempt)) world.begun.set(attempt, 0)
    const process = record.agent === null ? undefined : world.process(record.agent, record.generation ?? 0)
    if (process?.alive === true && process.state === 'working') process.state = 'idle'
    reply({ type: 'attempt.ended', attempt, status, reason: why, screen: null })
  })
}
