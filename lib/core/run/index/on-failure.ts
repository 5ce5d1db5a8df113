/** Tasks with `when: on_failure`: whether what they look after has failed. */
import { askedId } from '../../ids.js'
import type { RunState } from '../state.js'
import { nodeOf, type GraphNode, type RunGraph } from './index-graph.js'

/**
 * `waits`: something that it needs is still at work. `blocked`: what it needs cannot go on, but has not failed itself (a deployment
 * whose build failed was never made). `unneeded`: all of it went well.
 */
export function whetherNeeded(
  state: RunState,
  graph: RunGraph,
  node: GraphNode,
): 'waits' | 'needed' | 'blocked' | 'unneeded' {
  const needs = node.needs.map((id) => nodeOf(graph, id))
  if (needs.some(({ outcome }) => outcome === 'open')) return 'waits'
  if (needs.some((need) => hasFailed(state, graph, need))) return 'needed'
  const own = needs.filter(({ kind }) => kind !== 'wave')
  return own.some(({ outcome }) => outcome === 'broken') ? 'blocked' : 'unneeded'
}

function hasFailed(state: RunState, graph: RunGraph, node: GraphNode): boolean {
  if (node.kind === 'task') return state.tasks.get(askedId(node.id))?.status === 'FAILED'
  if (node.kind === 'gate') return state.gates.get(askedId(node.id))?.status === 'failed'
  if (node.kind === 'phase') return node.needs.some((id) => hasFailed(state, graph, nodeOf(graph, id)))
  return false
}

/** A task that it needs and that was left out: what stands behind that is not needed either. */
export function unneededNeed(state: RunState, node: GraphNode): string | undefined {
  return node.needs.find((id) => state.tasks.get(askedId(id))?.notNeeded === true)
}
