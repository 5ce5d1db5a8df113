/** Agents that work in worktrees: when they run, and where. */
import type { AgentSpec } from '../../layout/model.js'
import type { SlotRecord } from '../../trees/records.js'
import { agentOn } from '../../layout/work-directory.js'
import type { MachineId } from '../../ids.js'
import type { AgentRecord, AttemptRecord, RunState } from '../state.js'

/** Why it is not running: nothing is wrong with it. */
export const NO_TASK = 'no task'

/** It is started in a slot for each attempt, and not running in between. */
export function startsPerAttempt({ tree, mode }: Pick<AgentSpec, 'tree' | 'mode'>): boolean {
  return tree !== null && tree.hold === 'attempt' && mode === 'interactive'
}

export function holdsTree({ tree, mode }: Pick<AgentSpec, 'tree' | 'mode'>): boolean {
  return tree !== null && tree.hold === 'agent' && mode === 'interactive'
}

/** The slot that it works in, or is to work in; undefined: it has none. */
export function slotOfAgent(state: RunState, agent: AgentRecord): SlotRecord | undefined {
  if (holdsTree(agent.spec)) {
    for (const slot of state.slots.values())
      if (slot.holder?.kind === 'agent' && slot.holder.agent === agent.spec.id) return slot
    return undefined
  }
  if (agent.attempt === null) return undefined
  const slot = state.attempts.get(agent.attempt)?.tree?.slot
  return slot == null ? undefined : state.slots.get(slot)
}

/** Nothing but a task is missing: it comes with the next one. */
export function waitsForTask(agent: AgentRecord): boolean {
  return agent.wanted === 'running' && startsPerAttempt(agent.spec) && agent.attempt === null
}

/** Its process is to live now. */
export function isWantedNow(agent: AgentRecord): boolean {
  return agent.wanted === 'running' && !waitsForTask(agent)
}

/** Its tree is ready, where it needs one: it may start. */
export function mayStart(state: RunState, agent: AgentRecord): boolean {
  if (startsPerAttempt(agent.spec)) {
    const attempt = agent.attempt === null ? undefined : state.attempts.get(agent.attempt)
    // One start an attempt: what ended that start ended the attempt.
    return (
      attempt?.phase === 'starting' &&
      attempt.generation === agent.generation + 1 &&
      slotOfAgent(state, agent)?.state === 'ready'
    )
  }
  const slot = holdsTree(agent.spec) ? slotOfAgent(state, agent) : undefined
  return !holdsTree(agent.spec) || (slot !== undefined && slot.path !== null)
}

/** The agent's entry as its start on that machine takes it: in its slot, which it trusts, with the slot's ports. */
export function agentAt(state: RunState, agent: AgentRecord, machine: MachineId): AgentSpec {
  const spec = agentOn(state.layout, machine, agent.spec)
  const slot =
    agent.spec.tree === null || agent.spec.mode === 'headless' ? undefined : slotOfAgent(state, agent)
  if (slot?.path == null) return spec
  return {
    ...spec,
    cwd: slot.path,
    autoTrust: [...spec.autoTrust, slot.path],
    env: { ...treeEnv(slot), ...spec.env },
  }
}

/** What the programs of an attempt are told of its tree. */
export function attemptEnv({ slots }: RunState, { tree }: AttemptRecord): Readonly<Record<string, string>> {
  const slot = tree?.slot == null ? undefined : slots.get(tree.slot)
  return slot === undefined ? {} : treeEnv(slot)
}

/** What every program in a tree is told. */
export function treeEnv({ path, index, ports }: SlotRecord): Readonly<Record<string, string>> {
  return {
    ORCHESTRA_TREE: path ?? '',
    ORCHESTRA_TREE_INDEX: String(index),
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  }
}
