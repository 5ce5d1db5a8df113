import type { RunState } from '../state.js'
import { indexOf, setIndex } from './index-run.js'

/**
 * The run as it is now, for whoever computes on it while the run goes on. Records are replaced and never changed, so new maps
 * are enough; the graph is copied, because the fold changes its nodes. Lists of what may start are not copied, and an event must not be
 * folded into it.
 */
export function frozenRun(state: RunState): RunState {
  const frozen: RunState = {
    ...state,
    machines: new Map(state.machines),
    agents: new Map(state.agents),
    tasks: new Map(state.tasks),
    attempts: new Map(state.attempts),
    gates: new Map(state.gates),
    milestones: new Map(state.milestones),
    slots: new Map(state.slots),
    human: new Map(state.human),
    escalations: new Map(state.escalations),
    merges: new Map(state.merges),
    answers: [...state.answers],
  }
  const index = indexOf(state)
  const nodes = new Map(
    [...index.graph.nodes].map(([id, node]) => [
      id,
      { ...node, needs: [...node.needs], dependents: [...node.dependents] },
    ]),
  )
  const { nextSeq } = index.graph
  // A pool that is looked up here first is no pool of the run.
  const own = {
    pools: new Map(index.pools),
    poolsBySpec: new WeakMap(),
    reportTimes: new Map(),
    liveAttempts: new Set(index.liveAttempts),
  }
  setIndex(frozen, { ...index, ...own, graph: { nodes, nextSeq } })
  return frozen
}
