/**
 * Records the journals that every later version must read: `npx tsx scripts/record-journals.ts DIR [NAME…]`
 *
 * Runs the built program of these very sources on private ground (tmux, and for `two-hosts` an sshd each) and writes for
 * each run `DIR/<name>/events.jsonl`, an event a line as it stood in the store, and `summary.json`, what their fold said;
 * of `deeds` also `store.db`, the whole store as a daemon that ended left it with its agents alive. The private
 * directory is called `/tmp/u` in all of them. Recorded once for each journal format, with the last build that wrote it.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { RunEvent } from '../lib/core/run/events.js'
import { initialState, reduce } from '../lib/core/run/reduce.js'
import type { StatusDocument } from '../lib/core/protocol/status.js'
import { loadDriver } from '../lib/store/load-driver.js'
import { foldSummary } from '../spec/support/fold-summary.js'
import { writeHeadlessCli } from '../spec/support/headless-cli.js'
import { withOrchestra, type Orchestra } from '../spec/support/orchestra.js'

const ROOT = resolve(import.meta.dirname, '..')
const RUNS: Readonly<Record<string, (o: Orchestra, out: string) => Promise<void>>> = {
  local,
  headless,
  'two-hosts': twoHosts,
  deeds,
}

const [out, ...names] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: record-journals.ts DIR [NAME…]')
for (const name of names.length > 0 ? names : Object.keys(RUNS)) {
  const dir = join(out, name)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  await withOrchestra(async (orchestra) => RUNS[name]?.(orchestra, dir))
  process.stdout.write(`${name}: recorded\n`)
}

/** The shipped layout with short estimates. */
async function local(o: Orchestra, dir: string): Promise<void> {
  const text = readFileSync(join(ROOT, 'layouts/local.yaml'), 'utf8').replace(
    /estimate: \d+s/g,
    'estimate: 1s',
  )
  await runToEnd(o, o.write('local.yaml', text))
  await o.ok('down')
  await keep(o, 'orchestra-local', dir)
}

async function headless(o: Orchestra, dir: string): Promise<void> {
  const gates = join(o.work, 'gates')
  mkdirSync(gates)
  const cli = writeHeadlessCli(join(o.work, 'cli.sh'))
  const how = `command: [sh, ${cli}], mode: headless, env: { LEDGER: ${o.work}/ledger, GATES: ${gates} }, cwd: ${o.work}`
  const layout = o.write(
    'headless.yaml',
    `version: 1
session: headless
agent_types:
  cx: { extends: codex, ${how} }
  cl: { extends: claude, ${how} }
agents:
  CX-1: { type: cx, role: work }
  CL-1: { type: cl, role: work }
windows: [ { name: Both, agents: [CX-1, CL-1] } ]
tasks:
  cx: { title: Codex, agent: CX-1, prompt: 'scene:done' }
  cl: { title: Claude, agent: CL-1, prompt: 'scene:done' }
  after: { title: After, role: work, prompt: 'scene:done', needs: [cx, cl] }
  refused: { title: Refused, agent: CL-1, prompt: 'scene:refused' }
  unverified: { title: Not good, agent: CX-1, prompt: 'scene:done', verify: ['test -s nothing.txt'] }
`,
  )
  await runToEnd(o, layout)
  await o.ok('down')
  await keep(o, 'headless', dir)
}

async function twoHosts(o: Orchestra, dir: string): Promise<void> {
  const hosts = (verb: string) =>
    execFileSync(process.execPath, ['--import=tsx', 'scripts/demo-hosts.ts', verb], {
      cwd: ROOT,
      env: { ...o.env },
      stdio: 'ignore',
    })
  hosts('start')
  try {
    const text = readFileSync(join(ROOT, 'layouts/two-hosts.yaml'), 'utf8').replace(
      /estimate: \d+s/g,
      'estimate: 1s',
    )
    const env = { ORCHESTRA_SSH_CONFIG: join(o.state, 'demo-hosts', 'ssh_config') }
    await runToEnd(o, o.write('two-hosts.yaml', text), env)
    await o.ok('down')
  } finally {
    hosts('stop')
  }
  await keep(o, 'two-hosts', dir)
}

/** All that a person can do to a run, and two daemons one after the other. */
async function deeds(o: Orchestra, dir: string): Promise<void> {
  const layout = o.write(
    'deeds.yaml',
    `version: 1
session: deeds
agent_types:
  quick: { extends: demo, env: { DEMO_SPEED: "10" } }
  asks: { extends: demo, env: { DEMO_ASK: "1" } }
  trusted: { extends: demo, env: { DEMO_ASK: "1" } }
  fails: { extends: demo, env: { DEMO_SPEED: "10", DEMO_FAIL: "1" } }
  quits: { extends: demo, env: { DEMO_SPEED: "10", DEMO_EXIT: "3" } }
agents:
  A-1: { type: quick, role: work, restart: on-failure }
  A-2: { type: asks, role: ask }
  A-3: { type: trusted, role: trusted, auto_approve: ['run this command'] }
  A-4: { type: fails, role: fail }
  A-5: { type: quits, role: quit }
  A-6: { type: quick, role: spare }
windows: [ { name: All, agents: [A-1, A-2, A-3, A-4, A-5, A-6], layout: tiled } ]
tasks:
  one: { title: one, role: work, estimate: 5s }
  asked: { title: asked, role: ask, estimate: 5s }
  trusted: { title: trusted, role: trusted, estimate: 5s }
  fails: { title: fails, role: fail, estimate: 5s, retry: { attempts: 2, delay: 100ms } }
  quits: { title: quits, role: quit, estimate: 5s, fallback: spare }
  there: { title: there, role: work, when_already_done: 'true' }
  count: { title: count, type: command, command: 'echo 3', needs: [one] }
  slow: { title: slow, type: command, command: 'sleep 30', timeout: 1s }
  wrong: { title: wrong, type: command, command: 'true', verify: ['test -e nowhere'] }
  long: { title: long, role: spare, estimate: 600s, priority: 200 }
  behind: { title: behind, type: command, command: 'true', needs: [yes] }
  barred: { title: barred, type: command, command: 'true', needs: [no] }
gates:
  yes: { after: [one], verify: ['true'], approve: human }
  no: { after: [one], approve: human }
`,
  )
  await o.ok('up', layout, '-d', '--wait')
  await o.ok('run')
  await o.ok('pause')
  await o.ok('resume')
  const status = (id: string) => (doc: StatusDocument) => doc.tasks.find((task) => task.id === id)?.status
  await o.untilStatus((doc) => doc.agents.some(({ id, state }) => id === 'A-2' && state === 'waiting'))
  await o.ok('approve', 'A-2')
  await o.untilStatus((doc) => doc.gates.filter((gate) => gate.status === 'waiting').length === 2, 60_000)
  await o.ok('approve', 'yes')
  await o.ok('deny', 'no')
  await o.ok('submit', 'said later', '--role=work', '--id=later', '--estimate=5s', '--needs=one')
  await o.untilStatus((doc) => status('later')(doc) === 'COMPLETED', 60_000)
  await o.untilStatus((doc) => status('fails')(doc) === 'FAILED', 60_000)
  await o.ok('retry', 'fails')
  await o.untilStatus((doc) => status('fails')(doc) === 'FAILED', 60_000)
  await o.untilStatus((doc) => status('long')(doc) === 'IN_PROGRESS', 60_000)
  await o.ok('cancel', 'long')
  await o.ok('send', 'A-1', 'hello there', '--wait', '--operation-id', 'greeting')
  await o.ok('restart', 'A-1')
  await o.untilStatus((doc) => doc.agents.some(({ id, generation }) => id === 'A-1' && generation === 2))
  await o.ok('stop', 'A-6')
  await o.untilStatus((doc) => doc.run.phase === 'finished', 60_000)
  await o.ok('down', '--keep-agents')
  const store = join(o.state, 'sessions', 'deeds', 'store.db')
  await cleanStore(store, join(dir, 'store.db'), o.dir)
  writeSummary(await bodiesOf(join(dir, 'store.db')), join(dir, 'store-summary.json'))
  await o.ok('up', layout, '-d', '--wait')
  await o.ok('down')
  await keep(o, 'deeds', dir)
}

async function runToEnd(o: Orchestra, layout: string, env: Record<string, string> = {}): Promise<void> {
  const { code, stderr } = await o.run(['up', layout, '-d', '--wait', '--run'], { env })
  if (code !== 0) throw new Error(`up: exit ${code}: ${stderr}`)
  await o.untilStatus((doc) => doc.run.phase === 'finished', 120_000)
}

async function keep(o: Orchestra, session: string, dir: string): Promise<void> {
  const copy = join(o.dir, 'copy.db')
  await cleanStore(join(o.state, 'sessions', session, 'store.db'), copy, o.dir)
  const bodies = await bodiesOf(copy)
  writeFileSync(join(dir, 'events.jsonl'), bodies.map((body) => `${body}\n`).join(''))
  writeSummary(bodies, join(dir, 'summary.json'))
}

async function bodiesOf(store: string): Promise<string[]> {
  const open = await loadDriver()
  const db = open(store)
  const bodies = db.all('SELECT body FROM events ORDER BY seq').map((row) => String(row['body']))
  db.close()
  return bodies
}

function writeSummary(bodies: readonly string[], path: string): void {
  const state = initialState()
  for (const body of bodies) reduce(state, JSON.parse(body) as RunEvent)
  writeFileSync(path, `${JSON.stringify(foldSummary(state), null, 2)}\n`)
}

/** A copy in one file, without the names of this machine. */
async function cleanStore(from: string, to: string, privateDir: string): Promise<void> {
  copyFileSync(from, to)
  const open = await loadDriver()
  const db = open(to)
  db.exec('PRAGMA journal_mode = DELETE')
  for (const [table, column] of [
    ['events', 'body'],
    ['meta', 'value'],
    ['agent_executions', 'result'],
  ] as const) {
    db.run(`UPDATE ${table} SET ${column} = replace(${column}, ?, '/tmp/u')`, privateDir)
  }
  db.exec('VACUUM')
  db.close()
}
