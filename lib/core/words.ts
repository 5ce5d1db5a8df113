/** The words for states (contract §3). Used by core, the API, the CLI and the monitor alike. */
export const MACHINE_STATES = ['online', 'degraded', 'offline', 'unknown'] as const
export type MachineState = (typeof MACHINE_STATES)[number]

export const AGENT_STATES = [
  'starting',
  'idle',
  'working',
  'quiet',
  'waiting',
  'stopping',
  'limited',
  'error',
  'exited',
  'unknown',
] as const
export type AgentState = (typeof AGENT_STATES)[number]

/** It takes a prompt or a task. `quiet` is all that can be seen of a program without rules. */
export function isAtRest(state: AgentState): boolean {
  return state === 'idle' || state === 'quiet'
}

export const TASK_STATUSES = [
  'PENDING',
  'READY',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'BLOCKED',
  'CANCELLED',
] as const
export type TaskStatus = (typeof TASK_STATUSES)[number]

export const ATTEMPT_STATUSES = ['running', 'succeeded', 'failed', 'timed_out', 'lost', 'cancelled'] as const
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number]

/** How an event is shown to people. */
export type EventLevel = 'info' | 'good' | 'warn' | 'bad'
