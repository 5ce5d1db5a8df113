import { buildGraph, type GateNode, type PhaseNode, type TaskNode } from '../../core/dag/graph.js'
import { renderAscii } from '../../core/dag/render-ascii.js'
import { renderDot } from '../../core/dag/render-dot.js'
import { renderJson } from '../../core/dag/render-json.js'
import { renderMermaid } from '../../core/dag/render-mermaid.js'
import { renderGantt } from '../../core/phases/render-gantt.js'
import { isHanging, isUnreachable } from '../../core/errors.js'
import { forecastOf } from '../forecast-of.js'
import type { Verb, VerbContext } from '../verb.js'
import { isStored } from '../is-stored.js'
import { loadNamed } from '../load-named.js'
import { LAYOUT } from '../verb-arguments.js'

/** What GET /v1/graph answers: the nodes and their states. */
export interface GraphParts {
  readonly tasks: readonly TaskNode[]
  readonly gates: readonly GateNode[]
  /** A daemon of an older version tells none. */
  readonly phases?: readonly PhaseNode[]
  readonly states: Readonly<Record<string, string>>
  /** Answered from the store. */
  readonly daemon?: null
}

/** With a layout: its graph. Without: the one that runs, with states; else the one of ./orchestra.yaml. */
export const graph: Verb = {
  name: 'graph',
  permission: 'status:read',
  describe: 'the task graph with states and waves',
  positionals: [LAYOUT],
  options: {
    format: {
      type: 'string',
      short: 'f',
      describe: 'the form',
      choices: ['ascii', 'mermaid', 'gantt', 'dot', 'json'],
    },
  },
  example: 'orchestra graph -f mermaid',
  run: async (c) => {
    if (c.option('format') === 'gantt') {
      c.out(renderGantt(await forecastOf(c, undefined)))
      return 0
    }
    const parts = c.positionals[0] === undefined ? await running(c) : null
    const { tasks, gates, phases, states } = parts ?? {
      ...(await loadNamed(c, c.positionals[0])).layout,
      states: {},
    }
    const built = buildGraph(tasks, gates, phases ?? [])
    const stateOf = (id: string) => states[id]
    const options = { stateOf, ascii: c.ascii }
    const stored = parts !== null && isStored(parts) ? { daemon: null } : {}
    switch (c.option('format') ?? (c.json ? 'json' : 'ascii')) {
      case 'mermaid':
        c.out(`${renderMermaid(built, options).trimEnd()}\n`)
        break
      case 'dot':
        c.out(`${renderDot(built, options).trimEnd()}\n`)
        break
      case 'json':
        c.out(`${JSON.stringify({ ...renderJson(built, options), ...stored })}\n`)
        break
      default:
        c.out(`${renderAscii(built, options).trimEnd()}\n`)
    }
    return 0
  },
}

async function running(c: VerbContext): Promise<GraphParts | null> {
  try {
    return await (await c.connect()).get<GraphParts>('/v1/graph')
  } catch (error) {
    if (c.session === undefined && isUnreachable(error) && !isHanging(error)) return null
    throw error
  }
}
