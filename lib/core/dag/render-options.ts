import type { Graph } from './graph.js'

export interface RenderOptions {
  /** The state of a task or gate by id, as `status` words it: `COMPLETED`, `open`. */
  readonly stateOf?: (id: string) => string | undefined
  /** For terminals without UTF-8. */
  readonly ascii?: boolean
}

/** One line of plain text: control characters and line breaks of a title must not reach a terminal or a file format. */
export function titleOf(graph: Graph, node: number): string {
  return (graph.titles[node] ?? '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
}
