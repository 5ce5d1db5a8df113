import type { Graph } from './graph.js'
import type { RenderOptions } from './render-options.js'
import { titleOf } from './render-options.js'

const CLASS_STYLES: Readonly<Record<string, string>> = {
  READY: 'stroke-dasharray:4',
  IN_PROGRESS: 'fill:#fff3bf,stroke:#b08900',
  COMPLETED: 'fill:#d3f9d8,stroke:#2b8a3e',
  FAILED: 'fill:#ffe3e3,stroke:#c92a2a',
  BLOCKED: 'fill:#f1f3f5,stroke:#c92a2a',
  CANCELLED: 'fill:#f1f3f5,stroke:#868e96',
}

/**
 * A Mermaid flow chart; phases are subgraphs. Nodes are called `n1`, `n2`, …: an id such as `end` would be a keyword.
 */
export function renderMermaid(graph: Graph, options: RenderOptions = {}): string {
  const lines = ['flowchart TD']
  const used = new Set<string>()
  const phaseOf = new Map([...graph.members].flatMap(([phase, own]) => own.map((node) => [node, phase])))
  for (const [phase, members] of graph.members) {
    lines.push(`  subgraph n${phase + 1}["${textOf(graph, phase, ': ')}"]`)
    for (const node of members) lines.push(`  ${nodeLine(graph, node)}`)
    lines.push('  end')
  }
  for (const [node, id] of graph.ids.entries()) {
    if (!phaseOf.has(node) && graph.kinds[node] !== 'phase') lines.push(nodeLine(graph, node))
    const state = options.stateOf?.(id)
    if (state !== undefined && state in CLASS_STYLES) {
      used.add(state)
      lines.push(`  class n${node + 1} ${state}`)
    }
  }
  // A phase holds what it consists of; its edges are those from outside, and Mermaid knows none into itself.
  const outside = (node: number) => {
    const own = new Set(graph.members.get(node))
    return (graph.needs[node] ?? []).filter((need) => !own.has(need))
  }
  const drawn = new Map([...graph.members.keys()].map((phase) => [phase, new Set(outside(phase))]))
  for (const node of graph.ids.keys()) {
    // What its phase needs is drawn once, into the phase.
    const ofPhase = drawn.get(phaseOf.get(node) ?? -1)
    for (const need of outside(node))
      if (ofPhase?.has(need) !== true) lines.push(`  n${need + 1} --> n${node + 1}`)
  }
  for (const state of used) lines.push(`  classDef ${state} ${CLASS_STYLES[state]}`)
  return `${lines.join('\n')}\n`
}

function nodeLine(graph: Graph, node: number): string {
  const text = `"${textOf(graph, node, '<br/>')}"`
  return `  n${node + 1}${graph.kinds[node] === 'gate' ? `{{${text}}}` : `[${text}]`}`
}

function textOf(graph: Graph, node: number, between: string): string {
  const title = titleOf(graph, node)
  return `${escapeMermaid(graph.ids[node]!)}${title === '' ? '' : `${between}${escapeMermaid(title)}`}`
}

/** Mermaid reads Markdown, HTML, directives (`%%{`) and its own entities inside quotes; all of it is spelled as entities. */
export function escapeMermaid(text: string): string {
  return text.replace(/[&<>"#`*\\;%]/g, (character) => `#${character.charCodeAt(0)};`)
}
