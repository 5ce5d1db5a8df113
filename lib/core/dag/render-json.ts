import type { Millis } from '../time.js'
import { criticalPath, remainingMs } from './critical-path.js'
import type { Graph, NodeKind } from './graph.js'
import type { RenderOptions } from './render-options.js'
import { waveNumbers, waves } from './waves.js'

export interface GraphDocument {
  readonly version: 1
  readonly nodes: readonly {
    readonly id: string
    readonly kind: NodeKind
    readonly title: string | null
    readonly needs: readonly string[]
    readonly wave: number | null
    readonly status: string | null
    readonly estimate_ms: Millis
    /** From its start to the end of everything that waits for it. */
    readonly remaining_ms: Millis | null
    readonly critical: boolean
  }[]
  readonly waves: readonly (readonly string[])[]
  readonly critical_path: readonly string[]
  readonly critical_path_ms: Millis
}

/** `graph -f json`: a document, to be stringified by the caller. */
export function renderJson(graph: Graph, options: RenderOptions = {}): GraphDocument {
  const numbers = waveNumbers(graph)
  const remaining = remainingMs(graph)
  const critical = criticalPath(graph)
  const onPath = new Set(critical.path)
  return {
    version: 1,
    nodes: graph.ids.map((id, node) => ({
      id,
      kind: graph.kinds[node]!,
      title: graph.titles[node]!,
      needs: graph.needs[node]!.map((need) => graph.ids[need]!),
      wave: numbers.get(id) ?? null,
      status: options.stateOf?.(id) ?? null,
      estimate_ms: graph.estimates[node]!,
      remaining_ms: remaining.get(id) ?? null,
      critical: onPath.has(id),
    })),
    waves: waves(graph),
    critical_path: critical.path,
    critical_path_ms: critical.ms,
  }
}
