import { expect } from 'chai'
import { buildGraph } from '../../../../lib/core/dag/graph.js'
import { renderAscii } from '../../../../lib/core/dag/render-ascii.js'
import { renderDot } from '../../../../lib/core/dag/render-dot.js'
import { renderJson } from '../../../../lib/core/dag/render-json.js'
import { renderMermaid } from '../../../../lib/core/dag/render-mermaid.js'

const graph = buildGraph(
  [
    { id: 'Task-1', title: 'Plan "it" <b>', needs: [], estimateMs: 6000 },
    { id: 'end', title: '設計\u001b[31m', needs: ['planned'], estimateMs: 12_000 },
  ],
  [{ id: 'planned', after: ['Task-1'], title: null }],
)
const stateOf = (id: string) => (id === 'Task-1' ? 'COMPLETED' : id === 'end' ? 'PENDING' : 'open')

describe('rendering the graph', () => {
  it('prints a line a node by wave', () => {
    expect(renderAscii(graph, { stateOf, ascii: true })).to.equal(
      [
        'wave 1',
        ' *+ Task-1   6s  COMPLETED  Plan "it" <b>',
        ' *# planned  open  <- Task-1',
        'wave 2',
        ' *. end      12s  PENDING  <- planned  設計 [31m',
        'critical path (*): Task-1 -> planned -> end, 18s',
        '',
      ].join('\n'),
    )
  })

  it('names what stands in a cycle', () => {
    expect(renderAscii(buildGraph([{ id: 'a', needs: ['a'], estimateMs: 1 }]))).to.match(
      /^in or behind a cycle\n/,
    )
  })

  it('keeps ids and titles from becoming Mermaid', () => {
    const text = renderMermaid(graph, { stateOf })
    expect(text).to.contain('n1["Task-1<br/>Plan #34;it#34; #60;b#62;"]')
    expect(text)
      .to.contain('n3{{"planned"}}')
      .and.to.contain('n3 --> n2')
      .and.to.contain('class n1 COMPLETED')
    expect(text).not.to.contain('\u001b')
  })

  it('quotes for Graphviz', () => {
    const text = renderDot(graph, { stateOf })
    expect(text).to.contain('"Task-1" [label="Task-1\\nPlan \\"it\\" <b>", fillcolor=palegreen]')
    expect(text).to.contain('"planned" -> "end"')
  })

  it('draws phases around their tasks, and an edge from a phase as a whole', () => {
    const phased = buildGraph(
      [
        { id: 'adr', needs: [], estimateMs: 1 },
        { id: 'pg', needs: ['p0'], estimateMs: 1 },
      ],
      [{ id: 'ok', after: ['adr'] }],
      [{ id: 'p0', title: 'Decision', tasks: ['adr'], gate: 'ok', needs: [] }],
    )
    expect(renderMermaid(phased)).to.equal(
      [
        'flowchart TD',
        '  subgraph n4["p0: Decision"]',
        '    n1["adr"]',
        '    n3{{"ok"}}',
        '  end',
        '  n2["pg"]',
        '  n4 --> n2',
        '  n1 --> n3',
        '',
      ].join('\n'),
    )
    expect(renderDot(phased)).to.contain('subgraph "cluster_p0" {\n    label="p0: Decision"')
    expect(renderAscii(phased, { ascii: true })).to.contain(' *. pg   1ms  <- p0')
    expect(renderJson(phased).waves).to.deep.equal([['adr'], ['pg']])
  })

  it('draws what a phase needs once, into the phase, and not into each of its tasks', () => {
    const phased = buildGraph(
      [
        { id: 'adr', needs: [], estimateMs: 1 },
        { id: 'pg', needs: ['p0'], estimateMs: 1 },
        { id: 'rbac', needs: ['p0', 'pg'], estimateMs: 1 },
      ],
      [],
      [
        { id: 'p0', tasks: ['adr'], gate: null, needs: [] },
        { id: 'p1', tasks: ['pg', 'rbac'], gate: null, needs: ['p0'] },
      ],
    )
    const edges = renderMermaid(phased)
      .split('\n')
      .filter((line) => line.includes('-->'))
    expect(edges).to.deep.equal(['  n2 --> n3', '  n4 --> n5'])
  })

  it('keeps a directive in a title from becoming one', () => {
    const titled = buildGraph([{ id: 'a', title: '%%{init: {}}%%', needs: [], estimateMs: 1 }])
    expect(renderMermaid(titled)).to.contain('n1["a<br/>#37;#37;{init: {}}#37;#37;"]')
  })

  it('says everything in JSON', () => {
    const document = renderJson(graph, { stateOf })
    expect(document.waves).to.deep.equal([['Task-1'], ['end']])
    expect(document.nodes[1]).to.include({
      id: 'end',
      wave: 2,
      status: 'PENDING',
      remaining_ms: 12_000,
      critical: true,
    })
    expect(document.critical_path_ms).to.equal(18_000)
  })
})
