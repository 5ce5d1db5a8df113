import type { Graph } from './graph.js'
import type { RenderOptions } from './render-options.js'
import { titleOf } from './render-options.js'

const COLOURS: Readonly<Record<string, string>> = {
  READY: 'lightblue',
  IN_PROGRESS: 'khaki',
  COMPLETED: 'palegreen',
  FAILED: 'salmon',
  BLOCKED: 'mistyrose',
  CANCELLED: 'lightgray',
}

/** Graphviz. */
export function renderDot(graph: Graph, options: RenderOptions = {}): string {
  const lines = [
    'digraph orchestra {',
    '  rankdir=LR',
    '  node [shape=box, style="rounded,filled", fillcolor=white]',
  ]
  for (const [phase, members] of graph.members) {
    const title = titleOf(graph, phase)
    const id = graph.ids[phase]!
    lines.push(
      `  subgraph ${quoted(`cluster_${id}`)} {`,
      `    label=${quoted(title === '' ? id : `${id}: ${title}`)}`,
    )
    for (const node of members) lines.push(`    ${quoted(graph.ids[node]!)}`)
    lines.push('  }')
  }
  for (const [node, id] of graph.ids.entries()) {
    const title = titleOf(graph, node)
    const attributes = [`label=${quoted(title === '' ? id : `${id}\n${title}`)}`]
    if (graph.kinds[node] === 'gate') attributes.push('shape=diamond', 'style=filled')
    // What the phase is done with: whoever needs the phase waits for this point.
    if (graph.kinds[node] === 'phase') attributes.push('shape=point')
    const colour = COLOURS[options.stateOf?.(id) ?? '']
    if (colour !== undefined) attributes.push(`fillcolor=${colour}`)
    lines.push(`  ${quoted(id)} [${attributes.join(', ')}]`)
  }
  for (const [node, needs] of graph.needs.entries()) {
    for (const need of needs) lines.push(`  ${quoted(graph.ids[need]!)} -> ${quoted(graph.ids[node]!)}`)
  }
  return `${[...lines, '}'].join('\n')}\n`
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
