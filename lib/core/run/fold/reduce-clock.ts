import type { Millis } from '../../time.js'
import type { ClockShift } from '../clock-shift.js'
import { putAgent, putAttempt, putTask, type Fold } from './fold.js'
import type { AgentProcess, AgentRecord } from '../state.js'

/** The times that still decide something keep their distance from now; what is over keeps the time that was shown then. */
export function reduceClock(fold: Fold, { waitsMs, workMs }: ClockShift): void {
  const { state } = fold
  const wait = (at: Millis | null) => (at === null ? null : at + waitsMs)
  const work = (at: Millis | null) => (at === null ? null : at + workMs)
  for (const attempt of state.attempts.values()) {
    if (attempt.phase === 'ended') continue
    const { startedAt, suspendedSince } = attempt
    putAttempt(fold, { ...attempt, startedAt: startedAt + workMs, suspendedSince: work(suspendedSince) })
  }
  for (const task of state.tasks.values()) {
    if (task.endedAt !== null) continue
    const { notBefore, readyAt, startedAt } = task
    putTask(fold, {
      ...task,
      notBefore: wait(notBefore),
      readyAt: wait(readyAt),
      startedAt: work(startedAt),
    })
  }
  for (const agent of state.agents.values()) putAgent(fold, movedAgent(agent, waitsMs))
  for (const [key, one] of state.escalations) {
    if (one.closedAt !== null) continue
    const told = one.told.map(({ layer, at }) => ({ layer, at: at + waitsMs }))
    state.escalations.set(key, { ...one, told })
  }
  const { activeSince } = state.reporting
  state.reporting = { ...state.reporting, activeSince: work(activeSince) }
  for (const [id, human] of state.human) state.human.set(id, { ...human, since: work(human.since) })
  state.startedAt = state.finishedAt === null ? work(state.startedAt) : state.startedAt
}

function movedAgent(agent: AgentRecord, by: Millis): AgentRecord {
  const move = (at: Millis | null) => (at === null ? null : at + by)
  const { observation: seen } = agent
  return {
    ...agent,
    process: movedProcess(agent.process, by),
    observation: seen === null ? null : { ...seen, at: seen.at + by, until: move(seen.until) },
    restarts: agent.restarts.map((at) => at + by),
    restartAt: move(agent.restartAt),
    coolUntil: move(agent.coolUntil),
    lastUsedAt: move(agent.lastUsedAt),
  }
}

function movedProcess(process: AgentProcess, by: Millis): AgentProcess {
  switch (process.status) {
    case 'starting':
    case 'alive':
      return { ...process, since: process.since + by }
    case 'absent':
    case 'exited':
      return process
    default:
      return process satisfies never
  }
}
