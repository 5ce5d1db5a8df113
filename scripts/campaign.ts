/**
 * Runs the fault experiments, a spec file at a time, and prints one table: experiment, result, seconds, figures. Specs
 * print figures as lines `E61: …`. Exit 1 when one failed. A file that serves several experiments runs once.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { EXPERIMENTS, type Experiment, type Proof } from '../spec/support/experiments.js'

interface Test {
  readonly fullTitle: string
  readonly duration?: number
  readonly err: { readonly message?: string }
}

interface FileResult {
  readonly seconds: number
  readonly passes: readonly Test[]
  readonly failures: readonly Test[]
  readonly pending: readonly Test[]
  readonly figures: readonly string[]
  /** It came to no end, or could not be loaded. */
  readonly broken: string | null
}

interface Row {
  readonly id: string
  readonly result: string
  readonly seconds: number
  readonly text: string
}

const ROOT = resolve(import.meta.dirname, '..')
/** Mostly waiting, for a long time: they begin first where several run at once. */
const LONG = ['campaign/nth-call', 'campaign/prompts', 'campaign/kills']
/** Their figures are of the whole machine: they come last, alone. */
const MEASURED = ['campaign/flood', 'campaign/drops', 'campaign/cgroup', 'campaign/slow-host']

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    limit: { type: 'string', default: '3600' },
    jobs: { type: 'string', default: '1' },
    output: { type: 'string' },
    markdown: { type: 'string' },
  },
})

const wanted = values.only?.split(',').map((id) => id.trim().toUpperCase())
const unknown = wanted?.filter((id) => !EXPERIMENTS.some((one) => one.id === id)) ?? []
if (unknown.length > 0) {
  console.error(`there is no experiment ${unknown.join(', ')}`)
  process.exit(2)
}
const chosen = EXPERIMENTS.filter((one) => wanted === undefined || wanted.includes(one.id)).map((one) =>
  values.short ? { ...one, proofs: one.proofs.filter((proof) => !proof.file.startsWith('campaign/')) } : one,
)

if (values.list) {
  for (const { id, fault, proofs, notRunHere } of chosen)
    console.log(`${id.padEnd(4)} ${fault}\n       ${notRunHere ?? proofs.map(describe).join('\n       ')}`)
} else {
  const results = await runFiles(chosen, Number(values.limit) * 1000, Math.max(1, Number(values.jobs)))
  const rows = chosen.map((one) => rowOf(one, results))
  const table = tableOf(rows)
  console.log(`\n${table}`)
  if (values.output !== undefined) writeFileSync(values.output, `${table}\n`)
  if (values.markdown !== undefined) writeFileSync(values.markdown, markdownOf(rows))
  process.exitCode = rows.some((row) => row.result === 'FAIL') ? 1 : 0
}

function describe({ file, title }: Proof): string {
  return `spec/${file}.spec.ts${title === undefined ? '' : ` ${String(title)}`}`
}

/** Files with `limitMs` each, so many at a time; only the tests that are asked for. */
async function runFiles(
  experiments: readonly Experiment[],
  limitMs: number,
  jobs: number,
): Promise<Map<string, FileResult>> {
  const titles = new Map<string, string[]>()
  for (const { file, title } of experiments.flatMap((one) => one.proofs))
    titles.set(file, [...(titles.get(file) ?? []), title?.source ?? ''])
  const results = new Map<string, FileResult>()
  const run = async (file: string) => {
    const result = await runFile(file, grepOf(file, titles.get(file) ?? []), limitMs)
    results.set(file, result)
    const { passes, failures, pending, seconds, broken } = result
    const counts = `${passes.length} passed, ${failures.length} failed, ${pending.length} skipped`
    console.log(`spec/${file}.spec.ts: ${broken ?? counts}, ${seconds.toFixed(0)} s`)
    for (const { fullTitle, err } of failures) console.log(`  FAIL ${fullTitle}: ${err.message ?? ''}`)
  }
  const files = [...titles.keys()]
  const isLong = (file: string) => (jobs > 1 && LONG.includes(file) ? 0 : 1)
  const together = files.filter((file) => jobs > 1 && !MEASURED.includes(file))
  together.sort((a, b) => isLong(a) - isLong(b))
  const lane = async () => {
    for (let file = together.shift(); file !== undefined; file = together.shift()) await run(file)
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  for (const file of files) if (!results.has(file)) await run(file)
  return results
}

/** The tests of an end-to-end file build on each other: it runs whole. */
function grepOf(file: string, sources: readonly string[]): string | null {
  return file.startsWith('e2e/') || sources.includes('') ? null : sources.join('|')
}

async function runFile(file: string, grep: string | null, limitMs: number): Promise<FileResult> {
  const dir = mkdtempSync(join(tmpdir(), 'orc-campaign-'))
  const report = join(dir, 'report.json')
  const args = [
    join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    '--reporter',
    'json',
    '--reporter-option',
    `output=${report}`,
    ...(grep === null ? [] : ['--grep', `/${grep.replaceAll('/', '\\/')}/`]),
    `spec/${file}.spec.ts`,
  ]
  const since = performance.now()
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-200_000)))
  let isLate = false
  // SIGINT first: mocha then runs the hooks that clean up.
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGKILL'), 20_000).unref()
  }, limitMs)
  await new Promise((done) => child.once('close', done))
  clearTimeout(timer)
  const seconds = (performance.now() - since) / 1000
  const figures = said.split('\n').filter((line) => /^E\d+: /.test(line))
  try {
    const { passes, failures, pending } = JSON.parse(readFileSync(report, 'utf8')) as FileResult
    return { seconds, passes, failures, pending, figures, broken: isLate ? 'did not end in time' : null }
  } catch {
    const broken = isLate
      ? 'did not end in time'
      : `did not run: ${said.trim().split('\n').slice(-3).join(' ')}`
    return { seconds, passes: [], failures: [], pending: [], figures, broken }
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
}

function rowOf(one: Experiment, results: ReadonlyMap<string, FileResult>): Row {
  const { id, fault, notRunHere, missing } = one
  if (notRunHere !== undefined) return { id, result: 'not run', seconds: 0, text: `${fault}: ${notRunHere}` }
  let [passed, seconds] = [0, 0]
  const troubles: string[] = []
  const skipped: string[] = []
  const figures = new Set<string>()
  for (const { file, title } of one.proofs) {
    const result = results.get(file)
    if (result === undefined) continue
    const counts = (test: Test) => title === undefined || title.test(test.fullTitle)
    const passes = result.passes.filter(counts)
    // A hook that fails takes the tests behind it along.
    const failures = result.failures.filter((test) => counts(test) || test.fullTitle.includes('" hook'))
    const pending = result.pending.filter(counts)
    passed += passes.length
    seconds += passes.reduce((sum, test) => sum + (test.duration ?? 0) / 1000, 0)
    troubles.push(...failures.map((test) => `${test.fullTitle}: ${test.err.message ?? ''}`))
    if (result.broken !== null) troubles.push(`${file} ${result.broken}`)
    else if (passes.length + failures.length + pending.length === 0)
      troubles.push(`${file}: no test is called ${String(title)}`)
    skipped.push(...pending.map((test) => test.fullTitle))
    for (const line of result.figures) if (line.startsWith(`${id}: `)) figures.add(line.slice(id.length + 2))
  }
  const words = [
    fault,
    ...troubles.map((trouble) => `FAILED ${trouble.slice(0, 300)}`),
    ...figures,
    ...(skipped.length > 0 ? [`skipped on this machine: ${skipped.join('; ')}`] : []),
    ...(missing === undefined ? [] : [`not shown: ${missing}`]),
  ]
  const result = troubles.length > 0 ? 'FAIL' : passed > 0 ? 'pass' : 'not run'
  return { id, result: result === 'pass' ? `pass ${passed}` : result, seconds, text: words.join('\n') }
}

function markdownOf(rows: readonly Row[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').split('\n').join('<br>')
  const [model = 'unknown'] = cpus().map((cpu) => cpu.model.trim())
  const settings = ['KILLS', 'KILL_MINUTES', 'KILL_TASKS', 'DROPS', 'LINES', 'NTH_STEP', 'RUNS', 'PROMPTS']
    .flatMap((name) => (process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`]))
    .join(' ')
  const tmux = spawnSync('tmux', ['-V'], { encoding: 'utf8' }).stdout.trim()
  const count = (word: string) => rows.filter((row) => row.result.startsWith(word)).length
  return `# The fault campaign

Written by \`${settings === '' ? '' : `${settings} `}npm run campaign -- --markdown docs/CAMPAIGN.md\` on ${new Date().toISOString().slice(0, 10)}:
Node ${process.version}, ${tmux}, ${type()} ${release()}, ${cpus().length} × ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, load ${loadavg()[0]?.toFixed(1)} at the end.

${rows.length} experiments: ${count('pass')} passed, ${count('FAIL')} failed, ${count('not run')} not run. What a row does not show stands in it ("not shown"), and why a row
was not run. \`npm run campaign -- --list\` names the specs of each.

| | result | seconds | fault, figures |
|---|---|---|---|
${rows.map(({ id, result, seconds, text }) => `| ${id} | ${result} | ${seconds.toFixed(0)} | ${cell(text)} |`).join('\n')}
`
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ id, result, seconds, text }) => {
    const head = `${id.padEnd(4)} ${result.padEnd(8)} ${seconds.toFixed(1).padStart(6)}  `
    return text.split('\n').map((line, i) => (i === 0 ? head + line : ' '.repeat(head.length) + line))
  })
  const count = (word: string) => rows.filter((row) => row.result.startsWith(word)).length
  const sum = `${rows.length} experiments: ${count('pass')} passed, ${count('FAIL')} failed, ${count('not run')} not run`
  return ['     result   seconds', ...lines, '', sum].join('\n')
}
