import type { Graph } from '../dag/graph.js'
import { buildGraph } from '../dag/graph.js'
import { waveNumbers } from '../dag/waves.js'
import type { AgentSpec, Layout, TaskSpec } from './model.js'
import type { Report } from './report.js'
import { quote } from './report.js'

const MAX_WARNINGS = 20

interface Claim {
  readonly task: TaskSpec
  readonly node: number
  readonly at: number
  readonly machine: string | null
}

/** Warns of tasks that may run at once and write to the same place, or one inside the other's. */
export function sharedOutputs(layout: Layout, report: Report): void {
  if (layout.tasks.every((task) => task.outputs.length === 0)) return
  const graph = buildGraph(layout.tasks, layout.gates, layout.phases)
  const agents = new Map<string, AgentSpec>(layout.agents.map((agent) => [agent.id, agent]))
  const claims = new Map<string, Claim[]>()
  for (const task of layout.tasks) {
    if (task.disabled) continue
    const agent = task.agent === null ? undefined : agents.get(task.agent)
    for (const [at, output] of task.outputs.entries()) {
      const place = placeOf(output, task.cwd ?? agent?.cwd ?? '.')
      const machine = task.machine ?? agent?.machine ?? null
      const claim = { task, node: graph.indexOf.get(task.id)!, at, machine }
      const list = claims.get(place)
      if (list === undefined) claims.set(place, [claim])
      else list.push(claim)
    }
  }

  const apart = layout.waves.barrier ? inOtherWaves(graph) : new Reach(graph).inOrder
  const warned = new Set<string>()
  const compare = (one: Claim, other: Claim): void => {
    if (one.task === other.task || (one.task.agent !== null && one.task.agent === other.task.agent)) return
    if (one.machine !== null && other.machine !== null && one.machine !== other.machine) return
    if (apart(one.node, other.node)) return
    const [first, second] = one.node < other.node ? [one, other] : [other, one]
    const pair = `${first.node} ${second.node}`
    if (warned.has(pair)) return
    warned.add(pair)
    const output = quote(second.task.outputs[second.at]!)
    report(
      ['tasks', second.task.id, 'outputs', second.at],
      `${first.task.id} and ${second.task.id} may run at once and share the output ${output}`,
      'warning',
    )
  }
  for (const [place, list] of claims) {
    for (let above = place; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      const others = claims.get(above)
      if (others === undefined) continue
      for (const [at, one] of list.entries()) {
        for (const other of others === list ? list.slice(at + 1) : others) {
          compare(one, other)
          if (warned.size >= MAX_WARNINGS) return
        }
      }
    }
  }
}

/** One spelling for a place: no `./`, doubled or trailing slashes. */
function placeOf(output: string, cwd: string): string {
  const whole = /^[/~]/.test(output) ? output : `${cwd}/${output}`
  const steps = whole.split('/').filter((step, at) => step !== '.' && (step !== '' || at === 0))
  return steps.length === 0
    ? '.'
    : steps[0] === '' || steps[0] === '~'
      ? steps.join('/')
      : `./${steps.join('/')}`
}

function inOtherWaves(graph: Graph): (a: number, b: number) => boolean {
  const numbers = waveNumbers(graph)
  return (a, b) => numbers.get(graph.ids[a]!) !== numbers.get(graph.ids[b]!)
}

/** Who comes after whom, as a row of bits a node; made at the first question. 10,000 nodes take 12 MB for a moment. */
class Reach {
  readonly #graph: Graph
  readonly #words: number
  #bits: Uint32Array | undefined

  constructor(graph: Graph) {
    this.#graph = graph
    this.#words = Math.ceil(graph.ids.length / 32)
  }

  readonly inOrder = (a: number, b: number): boolean => this.#waitsFor(a, b) || this.#waitsFor(b, a)

  #waitsFor(node: number, need: number): boolean {
    const bits = (this.#bits ??= this.#build())
    return (bits[node * this.#words + (need >>> 5)]! & (1 << (need & 31))) !== 0
  }

  #build(): Uint32Array {
    const words = this.#words
    const bits = new Uint32Array(this.#graph.ids.length * words)
    for (const node of this.#graph.order) {
      for (const need of this.#graph.needs[node]!) {
        for (let word = 0; word < words; word += 1) bits[node * words + word]! |= bits[need * words + word]!
        bits[node * words + (need >>> 5)]! |= 1 << (need & 31)
      }
    }
    return bits
  }
}
