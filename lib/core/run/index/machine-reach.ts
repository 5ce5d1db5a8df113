import type { MachineId } from '../../ids.js'
import type { Machine } from '../../layout/model.js'
import { isWantedNow } from './agent-tree.js'
import type { AgentRecord, RunState } from '../state.js'

/** Something can be done there now. */
export function isReachable(state: RunState, machine: MachineId): boolean {
  const status = state.machines.get(machine)?.state
  return status === 'online' || status === 'degraded'
}

/**
 * It lives and is to end: its stop has begun, for that follows at once where the machine can be reached. `stopping` lasts
 * until the exit of this generation has been read back.
 */
export function isBeingStopped(state: RunState, agent: AgentRecord): boolean {
  const isUnwanted = !isWantedNow(agent) || agent.restartRequested
  return agent.process.status === 'alive' && isUnwanted && isReachable(state, agent.machine)
}

/** This machine before its first look: for whoever is at it that is no doubt, only the beginning. */
export function isComingUp(state: RunState, machine: MachineId): boolean {
  const record = state.machines.get(machine)
  return record?.spec.kind === 'local' && record.state === 'unknown'
}

/** Known to be away, and its policy says that others need not wait for it. `unknown` is never gone. */
export function isGone(state: RunState, machine: MachineId): boolean {
  const record = state.machines.get(machine)
  return (
    record?.state === 'offline' && record.spec.kind === 'ssh' && record.spec.onUnreachable.policy !== 'hold'
  )
}

/** Where an agent goes that never ran and whose machine is away; undefined: it waits. */
export function standInFor(state: RunState, machine: MachineId): MachineId | undefined {
  const spec = state.machines.get(machine)?.spec
  if (spec?.kind !== 'ssh' || !isGone(state, machine)) return undefined
  const instead =
    spec.onUnreachable.policy === 'machine' ? spec.onUnreachable.machine : localMachine(state)?.id
  return instead !== undefined && isReachable(state, instead) ? instead : undefined
}

export function localMachine(state: RunState): Machine | undefined {
  for (const { spec } of state.machines.values()) if (spec.kind === 'local') return spec
  return undefined
}
