/** E6: calls of every port fail, before or after their effect. Afterwards all is as if nothing had been: each task once. */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { eventually } from '../support/eventually.js'
import { ledgerProblems, readLedgers, writeLedgerAgents } from '../support/ledger-agent.js'
import { withOrchestra } from '../support/orchestra.js'
import { finishedTasks } from '../support/run-rig.js'

const ROOT = resolve(import.meta.dirname, '../..')
const DAEMON = join(ROOT, 'spec/support/failing-daemon.ts')
/** FIRST..LAST: at which call the failures begin; each of them is a run of its own. */
const FIRST = Number(process.env['ORCHESTRA_FAIL_FIRST'] ?? 3)
const LAST = Number(process.env['ORCHESTRA_FAIL_LAST'] ?? FIRST)
/** Then every so many calls: primes, so that every kind of call has its turn. */
const EVERY = { transport: 7, tmux: 11, store: 5, files: 2 } as const
const TASKS = ['a', 'b', 'c', 'd']

describe('a port that fails again and again', function () {
  this.timeout(240_000)
  for (let first = FIRST; first <= LAST; first++) {
    // All four beside each other: most of a run is waiting.
    const runs = new Map<string, Promise<void>>()
    before(() => {
      if (first !== FIRST) return
      start()
    })
    const start = () => {
      for (const [port, every] of Object.entries(EVERY)) {
        const run = runWithFailures(port, first, every)
        run.catch(() => undefined)
        runs.set(port, run)
      }
    }
    for (const port of Object.keys(EVERY)) {
      it(`${port}, from call ${first} on: every task is done once, and nothing is unhandled`, async () => {
        if (runs.size === 0) start()
        await runs.get(port)
      })
    }
  }
})

async function runWithFailures(port: string, first: number, every: number): Promise<void> {
  await withOrchestra(async (orchestra) => {
    const agents = writeLedgerAgents(join(orchestra.dir, 'ledger-agents'))
    const ledger = join(orchestra.dir, 'ledger')
    const failed = join(orchestra.dir, 'failed')
    const layout = orchestra.write(
      'ports.yaml',
      `version: 1
session: ports
machines: { here: { kind: local } }
agent_types:
  line: { extends: command, command: [sh, ${agents.line}], env: { LEDGER_SECONDS: "0.3", LEDGER: ${ledger} } }
  tui: { extends: demo, command: [sh, ${agents.tui}], env: { LEDGER: ${ledger} } }
agents:
  LINE: { type: line, role: line }
  TUI: { type: tui, role: tui }
tasks:
  a: { title: a, role: line }
  b: { title: b, role: tui, estimate: 300ms, needs: [a] }
  c: { title: c, role: line, needs: [a] }
  d: { title: d, role: tui, estimate: 300ms, needs: [b, c] }
`,
    )
    const daemon = spawn(process.execPath, ['--import', 'tsx', DAEMON, '--layout', layout, '--foreground'], {
      cwd: ROOT,
      env: {
        ...orchestra.env,
        FAIL_PORT: port,
        FAIL_FIRST: String(first),
        FAIL_EVERY: String(every),
        FAIL_LOG: failed,
      },
      stdio: 'ignore',
    })
    await eventually(() => daemon.exitCode !== null || orchestra.daemonPid('ports') !== undefined, 20_000)
    // A daemon that could not start is started by `up`; a request that failed is asked again, as a person would.
    await eventually(() => orchestra.ok('up', layout, '-d', '--run'), 30_000)
    const tasks = await finishedTasks(orchestra, 90_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${orchestra.daemonLog('ports')}`)
    })
    const bugs = orchestra
      .daemonLog('ports')
      .split('\n')
      .filter((line) => line.includes('a bug:'))
    expect(bugs).to.deep.equal([])
    expect(
      tasks.filter((task) => task.status !== 'COMPLETED').map((task) => `${task.id} ${task.reason}`),
    ).to.deep.equal([])
    expect(ledgerProblems(readLedgers([ledger]), TASKS)).to.deep.equal([])
    const failures = existsSync(failed) ? readFileSync(failed, 'utf8').trim().split('\n') : []
    expect(failures, 'no call failed').not.to.deep.equal([])
    console.log(`E6: ${port} from call ${first}: ${failures.length} calls failed (${namesOf(failures)})`)
    // A down that could not reach everything says so; the second one can.
    await eventually(async () => {
      await orchestra.run(['up', layout, '-d'])
      await orchestra.ok('down')
    }, 20_000)
    await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
  })
}

function namesOf(failures: readonly string[]): string {
  return [...new Set(failures.map((line) => line.split(' ')[1]))].join(' ')
}
