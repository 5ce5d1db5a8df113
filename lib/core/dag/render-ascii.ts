import { formatDuration } from '../time.js'
import { criticalPath } from './critical-path.js'
import type { Graph } from './graph.js'
import type { RenderOptions } from './render-options.js'
import { titleOf } from './render-options.js'
import { waveNumbers } from './waves.js'

const TASK_GLYPHS: Readonly<Record<string, readonly [string, string]>> = {
  PENDING: ['·', '.'],
  READY: ['○', 'o'],
  IN_PROGRESS: ['▶', '>'],
  COMPLETED: ['✓', '+'],
  FAILED: ['✗', 'x'],
  BLOCKED: ['⊘', '!'],
  CANCELLED: ['–', '-'],
}

/** The graph by wave, a line a node with what it waits for; `*` stands at the tasks of the critical path. */
export function renderAscii(graph: Graph, options: RenderOptions = {}): string {
  const plain = options.ascii === true
  const numbers = waveNumbers(graph)
  const critical = criticalPath(graph)
  const onPath = new Set(critical.path)
  const width = graph.ids.reduce((most, id) => Math.max(most, id.length), 0)
  const byWave = new Map<number, number[]>()
  for (const node of graph.ids.keys()) {
    if (graph.kinds[node] === 'phase') continue
    const wave = numbers.get(graph.ids[node]!) ?? Infinity
    const list = byWave.get(wave)
    if (list === undefined) byWave.set(wave, [node])
    else list.push(node)
  }

  const line = (node: number): string => {
    const id = graph.ids[node]!
    const state = options.stateOf?.(id)
    const gate = graph.kinds[node] === 'gate'
    const glyph = gate
      ? plain
        ? '#'
        : '◆'
      : (TASK_GLYPHS[state ?? 'PENDING']?.[plain ? 1 : 0] ?? (plain ? '?' : '·'))
    const needs = graph.needs[node]!.map((need) => graph.ids[need]!)
    const words = [
      ` ${onPath.has(id) ? '*' : ' '}${glyph} ${id.padEnd(width)}`,
      gate ? '' : formatDuration(graph.estimates[node]!),
      state ?? '',
      needs.length === 0 ? '' : `${plain ? '<-' : '←'} ${needs.join(', ')}`,
      titleOf(graph, node),
    ]
    return words.filter((word) => word !== '').join('  ')
  }

  const blocks = [...byWave.keys()]
    .sort((a, b) => a - b)
    .map((wave) => {
      const head =
        wave === Infinity ? 'in or behind a cycle' : wave === 0 ? 'before the first wave' : `wave ${wave}`
      return [head, ...byWave.get(wave)!.map(line)].join('\n')
    })
  const arrow = plain ? ' -> ' : ' → '
  if (critical.path.length > 0) {
    blocks.push(`critical path (*): ${critical.path.join(arrow)}, ${formatDuration(critical.ms)}`)
  }
  return `${blocks.join('\n')}\n`
}
