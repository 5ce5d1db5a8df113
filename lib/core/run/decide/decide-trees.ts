/** Trees: who gets which slot, what is made ready, saved, freed and removed. */
import type { AttemptId } from '../../ids.js'
import { branchOf } from '../../trees/branch-name.js'
import { freePlace } from '../../trees/free-slot.js'
import type { SlotHolder, SlotRecord } from '../../trees/records.js'
import type { TreePoolSpec } from '../../trees/spec.js'
import { holdsTree, slotOfAgent } from '../index/agent-tree.js'
import { isReachable } from '../index/machine-reach.js'
import type { AttemptRecord } from '../state.js'
import { isDue, type Plan } from './plan.js'

export function decideTrees(plan: Plan): void {
  const { state } = plan
  for (const slot of state.slots.values()) if (isReachable(state, slot.machine)) decideSlot(plan, slot)
  if (state.layout === null || state.layout.trees.length === 0) return
  giveTrees(plan)
}

function decideSlot(plan: Plan, slot: SlotRecord): void {
  switch (slot.state) {
    case 'preparing':
      return act(plan, slot, isDone(plan, slot) ? 'release' : 'prepare')
    case 'ready':
      if (isDone(plan, slot)) act(plan, slot, 'release')
      return
    case 'releasing':
      return act(plan, slot, 'release')
    case 'stuck':
      if (isDue(plan, slot.retryAt)) act(plan, slot, slot.stuckIn === 'removing' ? 'remove' : 'release')
      return
    case 'removing':
    case 'free':
      if (isUnwanted(plan, slot)) act(plan, slot, 'remove')
  }
}

function act(plan: Plan, { id }: SlotRecord, what: 'prepare' | 'release' | 'remove'): void {
  plan.actions.push({ key: `tree.${what}:${id}`, type: `tree.${what}`, slot: id })
}

/** Its holder is done, and nobody that was started there lives. */
function isDone(plan: Plan, slot: SlotRecord): boolean {
  return !isHeld(plan, slot) && !isInhabited(plan, slot)
}

function isHeld({ state }: Plan, { holder }: SlotRecord): boolean {
  switch (holder?.kind) {
    case undefined:
      return false
    case 'attempt': {
      const attempt = state.attempts.get(holder.attempt)
      return attempt !== undefined && attempt.phase !== 'ended'
    }
    case 'agent': {
      const agent = state.agents.get(holder.agent)
      return agent !== undefined && agent.wanted === 'running' && holdsTree(agent.spec)
    }
    case 'merge':
      return true
  }
}

/** An agent lives there, whatever the layout says of it by now. */
function isInhabited({ state }: Plan, { path, machine }: SlotRecord): boolean {
  if (path === null) return false
  for (const { process, startedAs, machine: at } of state.agents.values()) {
    const lives = process.status === 'alive' || process.status === 'starting'
    if (lives && at === machine && startedAs?.cwd === path) return true
  }
  return false
}

/** A person asked for its end, the layout has no place for it, or nobody used it for long. */
function isUnwanted(plan: Plan, slot: SlotRecord): boolean {
  if (slot.retryAt !== null && !isDue(plan, slot.retryAt)) return false
  if (slot.removal !== null) return true
  const pool = poolNamed(plan, slot.pool)
  if (pool === undefined || slot.index > pool.size) return true
  if (pool.dir !== slot.dir || pool.repository !== slot.repository) return true
  return isDue(plan, slot.lastUsedAt + pool.keepMs)
}

function poolNamed({ state }: Plan, id: string): TreePoolSpec | undefined {
  return state.layout?.trees.find((pool) => pool.id === id)
}

/** One a pool and machine in a decision: the next decision sees what was given. */
function giveTrees(plan: Plan): void {
  const { state, index } = plan
  const given = new Set<string>()
  for (const id of index.liveAttempts) {
    const attempt = state.attempts.get(id)
    if (attempt?.phase !== 'starting' || attempt.tree === null || attempt.tree.slot !== null) continue
    const agent = attempt.agent === null ? undefined : state.agents.get(attempt.agent)
    if (agent !== undefined && holdsTree(agent.spec)) {
      const kept = slotOfAgent(state, agent)
      if (kept?.state === 'ready')
        record(plan, kept, kept.index, { kind: 'agent', agent: agent.spec.id }, attempt)
      continue
    }
    give(plan, given, attempt.tree.pool, attempt.machine, { kind: 'attempt', attempt: id }, attempt)
  }
  for (const agent of state.agents.values()) {
    if (agent.wanted !== 'running' || !holdsTree(agent.spec) || slotOfAgent(state, agent) !== undefined)
      continue
    if (!isReachable(state, agent.spec.machine)) continue
    give(
      plan,
      given,
      agent.spec.tree!.pool,
      agent.spec.machine,
      { kind: 'agent', agent: agent.spec.id },
      null,
    )
  }
}

function give(
  plan: Plan,
  given: Set<string>,
  name: string,
  machine: SlotRecord['machine'],
  holder: SlotHolder,
  attempt: AttemptRecord | null,
): void {
  const pool = poolNamed(plan, name)
  const key = `${name} ${machine}`
  if (pool === undefined || given.has(key)) return
  const place = freePlace(plan.state, pool, machine)
  if (place === null) return
  given.add(key)
  const { id, repository, dir } = pool
  record(plan, { id: place.slot, pool: id, repository, machine, dir }, place.index, holder, attempt)
}

function record(
  plan: Plan,
  slot: Pick<SlotRecord, 'id' | 'pool' | 'repository' | 'machine' | 'dir'>,
  index: number,
  holder: SlotHolder,
  attempt: AttemptRecord | null,
): void {
  const { id, pool, repository, machine, dir } = slot
  const of: AttemptId | null = attempt?.id ?? null
  const session = plan.state.layout?.session
  const branch = of === null || session === undefined ? null : branchOf(session, of)
  plan.actions.push({
    key: `tree.acquired:${of ?? id}`,
    type: 'record',
    event: {
      type: 'tree.acquired',
      slot: id,
      pool,
      repository,
      machine,
      index,
      dir,
      holder,
      attempt: of,
      branch,
    },
  })
}
