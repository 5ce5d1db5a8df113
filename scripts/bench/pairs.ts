/**
 * Compares two built work trees, pair by pair, on one machine: `npx tsx scripts/bench/pairs.ts BEFORE AFTER [starts] [rest] [appends]`.
 * `--rounds N`: pairs of each figure. `--json`: for a program. Ends with 1 when a figure is worse than the limit.
 */
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { appends } from './pairs/appends.js'
import { atRest } from './pairs/at-rest.js'
import type { Figure, PairsOptions, Tree, Trees } from './pairs/figure.js'
import { starts } from './pairs/starts.js'
import { ratioOf, type Ratio } from './support/ratio.js'
import { rounded } from './support/statistics.js'
import { formatTable } from './support/table.js'

/** No figure may be worse than the one before times this. */
const LIMIT = 1.05
const GROUPS: Readonly<Record<string, (trees: Trees, options: PairsOptions) => Promise<Figure[]>>> = {
  starts,
  rest: atRest,
  appends,
}

interface Row extends Ratio {
  readonly name: string
  readonly unit: string
  readonly pairs: number
  /** Over 1: the build after is worse, whatever "better" means for this figure. */
  readonly worse: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '25' }, json: { type: 'boolean', default: false } },
})
const [before, after, ...only] = positionals
const unknown = only.find((name) => GROUPS[name] === undefined)
const rounds = Number(values.rounds)
if (before === undefined || after === undefined || unknown !== undefined || !(rounds >= 1)) {
  console.error('usage: pairs.ts BEFORE AFTER [starts] [rest] [appends] [--rounds N] [--json]')
  process.exit(2)
}
const trees: Trees = [treeIn(before), treeIn(after)]
const loadBefore = loadavg()[0] ?? 0
const rows: Row[] = []
for (const [name, measure] of Object.entries(GROUPS)) {
  if (only.length > 0 && !only.includes(name)) continue
  const say = (text: string) => void process.stderr.write(`${name}: ${text}\n`)
  rows.push(...(await measure(trees, { rounds, say })).map(rowOf))
}
if (values.json) console.log(JSON.stringify(rows))
else print()
if (rows.some(({ worse }) => worse > LIMIT)) process.exitCode = 1

function treeIn(dir: string): Tree {
  const program = join(resolve(dir), 'dist/orchestra.cjs')
  if (existsSync(program)) return { dir: resolve(dir), program }
  console.error(`${program} is not there: run \`npm run build\` in ${dir} first`)
  process.exit(2)
}

function rowOf({ name, unit, better, pairs }: Figure): Row {
  const ratio = ratioOf(pairs)
  return {
    name,
    unit,
    pairs: pairs.length,
    ...ratio,
    worse: better === 'less' ? ratio.ratio : 1 / ratio.ratio,
  }
}

function print(): void {
  const load = `load ${loadBefore.toFixed(1)} → ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores`
  const columns = ['figure', 'unit', 'pairs', 'before', 'after', 'ratio', '95 % interval', '']
  const cells = rows.map(({ name, unit, pairs, before: old, after: now, ratio, interval, worse }) => [
    name,
    unit,
    pairs,
    rounded(old, 1),
    rounded(now, 1),
    ratio.toFixed(3),
    interval === null ? '-' : interval.map((bound) => bound.toFixed(3)).join(' … '),
    worse > LIMIT ? 'WORSE' : 'met',
  ])
  console.log(`before: ${trees[0].dir}\nafter:  ${trees[1].dir}\n${load}\n`)
  console.log(formatTable(columns, cells).join('\n'))
  console.log(
    `\n  before, after: medians. ratio: median of after / before, pair by pair. WORSE: by more than ${LIMIT} ×.`,
  )
}
