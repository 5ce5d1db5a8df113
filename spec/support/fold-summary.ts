/**
 * What the fold of a journal says, in words that no later version changes: recorded beside the fixtures in
 * `spec/fixtures/journals`, so that a later version can show that it reads the same out of them.
 */
import type { RunState } from '../../lib/core/run/state.js'

export type FoldSummary = ReturnType<typeof foldSummary>

export function foldSummary(state: RunState) {
  const entries = <K extends string, V, R>(map: ReadonlyMap<K, V>, row: (value: V) => R) =>
    Object.fromEntries([...map].map(([id, value]) => [id, row(value)]))
  return {
    session: state.layout?.session ?? null,
    phase: state.phase,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    machines: entries(state.machines, (machine) => machine.state),
    agents: entries(state.agents, ({ wanted, generation, mode, machine, process }) => ({
      wanted,
      generation,
      mode,
      machine,
      process: process.status,
    })),
    tasks: entries(state.tasks, ({ status, origin, attempts }) => ({ status, origin, attempts })),
    attempts: entries(state.attempts, ({ status, cause, agent, headless, proof }) => ({
      status,
      cause,
      agent,
      headless,
      proof: proof === null ? null : `${proof.kind} ${proof.outcome}`,
    })),
    gates: entries(state.gates, (gate) => gate.status),
  }
}
