import type { AgentId } from '../ids.js'
import type { RunState, TaskRecord } from '../run/state.js'

export function agentRoleOf(state: RunState, agent: AgentId | null): string | null {
  return agent === null ? null : (state.agents.get(agent)?.spec.role ?? null)
}

/** The role that a task asks for, or that of the agent that it names; null: anybody, or a command. */
export function taskRoleOf(state: RunState, { spec }: TaskRecord): string | null {
  return spec.role ?? agentRoleOf(state, spec.agent)
}
