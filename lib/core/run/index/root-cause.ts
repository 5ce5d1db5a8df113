/** Why what is behind something broken cannot go on: the first cause, through however many that only wait for each other. */
import { askedId } from '../../ids.js'
import { nodeOf, type GraphNode, type RunGraph } from './index-graph.js'
import type { RunState } from '../state.js'

/** Also keeps the reasons of tasks that wait for each other from growing forever. */
const MAX_ROOT = 300

function firstBroken(graph: RunGraph, node: GraphNode): GraphNode | undefined {
  for (const id of node.needs) {
    const need = nodeOf(graph, id)
    if (need.outcome === 'broken') return need
  }
  return undefined
}

export function rootOf(state: RunState, graph: RunGraph, node: GraphNode): string {
  const need = firstBroken(graph, node)
  return need === undefined ? '' : (need.root ?? sayOutcome(state, need)).slice(0, MAX_ROOT)
}

/** `needs Task-2, which is BLOCKED: Task-1 FAILED: exit 1`. */
export function whyBroken(state: RunState, graph: RunGraph, node: GraphNode): string {
  const need = firstBroken(graph, node)
  if (need === undefined) return ''
  if (need.kind === 'missing') return `needs ${need.id}, which does not exist`
  const said = need.kind === 'wave' ? `wave ${need.id.slice(5)}` : need.id
  if (need.root !== null) return `needs ${said}, which is BLOCKED: ${need.root}`
  return `needs ${sayOutcome(state, need).replace(' ', ', which is ')}`
}

function sayOutcome(state: RunState, node: GraphNode): string {
  const task = state.tasks.get(askedId(node.id))
  const gate = state.gates.get(askedId(node.id))
  const status = task?.status ?? (gate?.status === 'failed' ? 'FAILED' : 'BLOCKED')
  const reason = task === undefined ? gate?.reason : task.reason
  return `${node.id} ${status}${reason == null || reason === '' ? '' : `: ${reason}`}`
}

/** For an index that is built from the records alone: each cause after those that it comes from. */
export function findRoots(state: RunState, graph: RunGraph): void {
  const done = new Set<GraphNode>()
  for (const start of graph.nodes.values()) {
    const path = [start]
    const onPath = new Set(path)
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const need = isBehind(state, node) ? firstBroken(graph, node) : undefined
      if (need !== undefined && !done.has(need) && !onPath.has(need)) {
        path.push(need)
        onPath.add(need)
        continue
      }
      if (need !== undefined) node.root = rootOf(state, graph, node)
      done.add(node)
      path.pop()
    }
  }
}

/** It waits for something broken, and has not ended by itself. */
function isBehind(state: RunState, node: GraphNode): boolean {
  if (node.broken === 0) return false
  const task = state.tasks.get(askedId(node.id))
  if (task !== undefined) return task.status === 'BLOCKED' && !task.stuck
  const gate = state.gates.get(askedId(node.id))
  if (gate !== undefined) return gate.status !== 'open' && gate.status !== 'failed'
  return node.kind === 'wave' || node.kind === 'phase'
}
