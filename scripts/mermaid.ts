/**
 * Reads with Mermaid's own parser what `graph -f mermaid` and `graph -f gantt` print, for ids and titles that are words or signs of
 * Mermaid, and compares all that it understood. Mermaid is large, so it is no dependency:
 * `npm install --prefix DIR mermaid@11 jsdom@29 && npx tsx scripts/mermaid.ts DIR [FILE…]`; FILEs are only read.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildGraph } from '../lib/core/dag/graph.js'
import { renderMermaid } from '../lib/core/dag/render-mermaid.js'
import { renderGantt } from '../lib/core/phases/render-gantt.js'
import type { ForecastDocument } from '../lib/core/protocol/forecast.js'

const [dir = '.', ...files] = process.argv.slice(2)
const from = createRequire(join(resolve(dir), 'package.json'))
const { JSDOM } = from('jsdom') as { JSDOM: new (html: string) => { window: { document: object } } }
const { window } = new JSDOM('<!doctype html><body></body>')
Object.assign(globalThis, { window, document: window.document })

interface Diagram {
  readonly type: string
  readonly db: {
    getTasks(): {
      id: string
      task: string
      section: string
      startTime: Date
      endTime: Date
      milestone?: true
    }[]
    getVertices(): Map<string, { id: string; text?: string }>
    getSubGraphs(): { id: string; title: string; nodes: string[] }[]
    getEdges(): { start: string; end: string }[]
  }
}
interface Mermaid {
  parse(text: string): Promise<unknown>
  readonly mermaidAPI: { getDiagramFromText(text: string): Promise<Diagram> }
}
const entry = pathToFileURL(join(resolve(dir), 'node_modules/mermaid/dist/mermaid.core.mjs')).href
const { default: mermaid } = (await import(entry)) as { default: Mermaid }
// The first call makes it know its diagrams.
await mermaid.parse('flowchart TD\n  a --> b')
const read = (text: string) => mermaid.mermaidAPI.getDiagramFromText(text)

const WORDS = `
  end subgraph class classDef click style graph default x o direction gantt gantt-view section
  title dateFormat axisFormat tickInterval todayMarker includes excludes inclusiveEndDates topAxis
  weekday weekend accTitle accDescr done active crit milestone vert after until t1 m1 2026-12-01 1
  a--b href TITLE Section Gantt_2 call displayMode compact link monday friday
`
  .trim()
  .split(/\s+/)
const TITLES = [
  'plain',
  '設計 🚨',
  'a: b',
  'a, b; c',
  '"quoted" \'twice\'',
  '`code` **bold** _it_ ~x~',
  '#35; #quot; &amp; &#58;',
  '%% no comment',
  '100 %',
  '<b>bold</b><script>alert(1)</script>',
  'a|b]c}d)e[(f{{g',
  'monday',
  'end',
  'done',
  'title: x',
  '--> x',
  'a -- b --> c',
  'call f()',
  'click t1 href "x"',
  '/a\\b',
  '@{ shape: x }',
  ':::red',
  '$$x$$',
  'fa:fa-car',
  '---',
  '%%{init: {}}%%',
  '- list',
  '1. first',
  'a\\nb',
  '  spaces  inside  ',
  'after t2, 3d',
  '{x}',
  '}%',
  'x }% y',
]

/** As a browser shows it. */
function shown(text: string): string {
  return text
    .replaceAll(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/<br\s*\/?>/g, '\n')
    .replaceAll(/ +/g, ' ')
    .trim()
}

const clean = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
const problems: string[] = []
let checked = 0

async function compare(what: string, text: string, wanted: unknown, found: (diagram: Diagram) => unknown) {
  checked += 1
  try {
    const is = JSON.stringify(found(await read(text)))
    if (is !== JSON.stringify(wanted))
      problems.push(`${what}\n  wanted ${JSON.stringify(wanted)}\n  found  ${is}`)
  } catch (error) {
    problems.push(`${what}: ${String(error).split('\n').slice(0, 4).join(' / ')}\n${text}`)
  }
}

const HOUR = 3_600_000
const ISO = (hour: number) => new Date(Date.UTC(2026, 10, 28) + hour * HOUR).toISOString()

/** Two phases, a task without one, and a milestone, all of this id and title. */
async function check(id: string, title: string): Promise<void> {
  const row = (task: string, phase: string | null, hour: number) => ({
    task,
    title,
    phase,
    status: 'READY' as const,
    worker: null,
    critical: hour === 0,
    start: ISO(hour),
    end: ISO(hour + 1),
  })
  const doc: ForecastDocument = {
    version: 1,
    session: id,
    at: ISO(0),
    timezone: 'Etc/UTC',
    end: ISO(3),
    slow_end: ISO(3),
    tasks: 3,
    work_s: 3,
    critical_path: [],
    critical_path_s: 0,
    paces: [],
    help: [],
    milestones: [
      {
        id,
        title,
        due: ISO(9),
        forecast: ISO(3),
        state: 'late',
        late_s: 1,
        slow_forecast: null,
        slow_late_s: 1,
        done: 0,
        total: 3,
        stuck: [],
        stop_other_work: false,
        since: null,
      },
    ],
    phases: [
      {
        id,
        title,
      },
      {
        id: `${id}-2`,
        title: null,
      },
    ],
    schedule: [row(id, id, 0), row(`${id}-b`, `${id}-2`, 1), row(`${id}-c`, null, 2)],
  }
  const name = (own: string) => clean(`${own} ${title}`)
  const what = `${JSON.stringify(id)} ${JSON.stringify(title)}`
  await compare(
    `gantt ${what}`,
    renderGantt(doc),
    [
      ['t1', name(id), name(id), ISO(0), ISO(1)],
      ['t2', name(`${id}-b`), `${id}-2`, ISO(1), ISO(2)],
      ['t3', name(`${id}-c`), 'other tasks', ISO(2), ISO(3)],
      ['m1', `${name(id)} (late)`, 'milestones', ISO(9), ISO(9)],
    ],
    ({ db }) =>
      db
        .getTasks()
        .map((one) => [one.id, shown(one.task), shown(one.section), one.startTime.toISOString(), one.endTime.toISOString()]), // prettier-ignore
  )
  const graph = buildGraph(
    [
      { id: `${id}-t`, title, needs: [], estimateMs: 1 },
      { id: `${id}-b`, title, needs: [`${id}-p`], estimateMs: 1 },
    ],
    [{ id, after: [`${id}-t`], title }],
    [
      { id: `${id}-p`, title, tasks: [`${id}-t`], gate: id, needs: [] },
      { id: `${id}-q`, title, tasks: [`${id}-b`], gate: null, needs: [`${id}-p`] },
      { id: `${id}-r`, title, tasks: [], gate: null, needs: [`${id}-q`] },
    ],
  )
  const label = (own: string) => (title === own ? own : `${own}\n${clean(title)}`)
  await compare(
    `flowchart ${what}`,
    renderMermaid(graph),
    [
      [
        [label(`${id}-t`), label(`${id}-b`), label(id)],
        [`${id}-p: ${clean(title)}`, `${id}-q: ${clean(title)}`],
      ],
    ],
    ({ db }) => {
      const boxes = new Set(db.getSubGraphs().map((one) => one.id))
      const nodes = ['n1', 'n2', 'n3'].map((one) => shown(db.getVertices().get(one)?.text ?? ''))
      return [[nodes, db.getSubGraphs().filter(({ nodes: own }) => own.length > 0).map((one) => shown(one.title)).toSorted()], ...[...boxes].filter((one) => !/^n[456]$/.test(one))] // prettier-ignore
    },
  )
}

for (const id of WORDS) await check(id, 'plain')
for (const title of TITLES) await check('a', title)
for (const file of files) {
  checked += 1
  await read(readFileSync(file, 'utf8')).catch((error: unknown) => problems.push(`${file}: ${String(error)}`))
}
console.log(problems.join('\n'))
console.log(`${checked} diagrams, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
