/** A small run under a daemon whose port fails at the N-th call: whatever fails, each task is done once. */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleDaemon, packageOfLinks } from './daemon-variant.js'
import { eventually } from './eventually.js'
import { ledgerProblems, quickLedgerTypes, readLedgers, writeLedgerAgents } from './ledger-agent.js'
import { builtProgram, withOrchestra } from './orchestra.js'
import { finishedTasks } from './run-rig.js'

const TASKS = ['a', 'b', 'c', 'd']

export const PORTS = ['transport', 'tmux', 'store', 'files'] as const
export type Port = (typeof PORTS)[number]

export interface Failing {
  /** The first call that fails; 0: none. */
  readonly at: number
  /** And every so many after it. */
  readonly every?: number
  readonly how?: 'before' | 'after' | 'turns'
}

export interface FailedRun {
  /** Of the port, from the start of the daemon to its end. */
  readonly calls: number
  /** `N name`. */
  readonly failures: readonly string[]
  readonly seconds: number
}

/** Throws when something was lost, done twice, unhandled or left behind. */
export async function runWithFailures(port: Port, failing: Failing): Promise<FailedRun> {
  const daemon = await failingDaemon()
  let result: FailedRun | undefined
  await withOrchestra(async (orchestra) => {
    const agents = writeLedgerAgents(join(orchestra.dir, 'ledger-agents'))
    const ledger = join(orchestra.dir, 'ledger')
    const failed = join(orchestra.dir, 'failed')
    const layout = orchestra.write('ports.yaml', layoutOf(agents, ledger))
    const { at, every = 0, how = 'turns' } = failing
    const child = spawn(process.execPath, [daemon, '--layout', layout, '--foreground'], {
      env: {
        ...orchestra.env,
        FAIL_PORT: port,
        FAIL_AT: String(at),
        FAIL_EVERY: String(every),
        FAIL_HOW: how,
        FAIL_LOG: failed,
      },
      stdio: 'ignore',
    })
    await eventually(() => child.exitCode !== null || orchestra.daemonPid('ports') !== undefined, 30_000)
    const since = performance.now()
    // A daemon that could not start is started by `up`; a request that failed is asked again, as a person would.
    await eventually(() => orchestra.ok('up', layout, '-d', '--run'), 30_000)
    const tasks = await finishedTasks(orchestra, 90_000).catch(async (error: unknown) => {
      const told = await Promise.all(
        [
          ['explain', 'TUI'],
          ['explain', 'LINE'],
          ['logs', 'TUI'],
          ['events', '-n', '60'],
        ].map((words) => orchestra.run(words)),
      )
      const text = told.map(({ stdout, stderr }) => stdout + stderr).join('\n')
      throw new Error(`${String(error)}\n${orchestra.daemonLog('ports')}\n${text}`)
    })
    const seconds = (performance.now() - since) / 1000
    const bugs = orchestra
      .daemonLog('ports')
      .split('\n')
      .filter((line) => line.includes('a bug:'))
    expect(bugs).to.deep.equal([])
    expect(
      tasks.filter((task) => task.status !== 'COMPLETED').map((task) => `${task.id} ${task.reason}`),
    ).to.deep.equal([])
    // One call that failed uses up no attempt.
    if (every === 0) expect(tasks.map((task) => task.attempts)).to.deep.equal(tasks.map(() => 1))
    expect(ledgerProblems(readLedgers([ledger]), TASKS)).to.deep.equal([])
    // A down that could not reach everything says so; the second one can.
    const down = await orchestra.run(['down'])
    if (down.code !== 0) {
      await eventually(async () => {
        await orchestra.run(['up', layout, '-d'])
        await orchestra.ok('down')
      }, 30_000)
    }
    await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
    await eventually(() => child.exitCode !== null)
    const lines = existsSync(failed) ? readFileSync(failed, 'utf8').trim().split('\n') : []
    const calls = Number(lines.find((line) => line.startsWith('calls '))?.slice('calls '.length) ?? 0)
    result = { calls, failures: lines.filter((line) => !line.startsWith('calls ')), seconds }
  })
  if (result === undefined) throw new Error('the run came to no end')
  return result
}

function layoutOf(agents: { readonly line: string; readonly tui: string }, ledger: string): string {
  return `version: 1
session: ports
machines: { here: { kind: local } }
${quickLedgerTypes(agents, ledger)}agents:
  LINE: { type: line, role: line }
  TUI: { type: tui, role: tui }
tasks:
  a: { title: a, role: line }
  b: { title: b, role: tui, estimate: 300ms, needs: [a] }
  c: { title: c, role: line, needs: [a] }
  d: { title: d, role: tui, estimate: 300ms, needs: [b, c] }
`
}

/** A few at a time: most of a run is waiting. Each resolves or rejects by itself. */
export function inTurns<T>(jobs: readonly (() => Promise<T>)[], width = 4): Promise<T>[] {
  const lanes: Promise<unknown>[] = Array.from({ length: width }, () => Promise.resolve())
  const next = () => Promise.race(lanes.map((lane, i) => lane.then(() => i)))
  let turn = Promise.resolve()
  return jobs.map((job) => {
    const mine = turn.then(async () => {
      const lane = await next()
      const running = job()
      lanes[lane] = running.catch(() => undefined)
      return { running }
    })
    turn = mine.then(() => undefined)
    const result = mine.then(({ running }) => running)
    result.catch(() => undefined)
    return result
  })
}

let made: Promise<string> | undefined

/** Bundled once: hundreds of them are started. It finds its package, as the built program does. */
export function failingDaemon(): Promise<string> {
  return (made ??= (async () => {
    const dir = packageOfLinks('failing')
    symlinkSync(dirname(builtProgram()), join(dir, 'dist'))
    const outfile = join(dir, 'failing-daemon.cjs')
    await bundleDaemon('spec/support/failing-daemon.ts', outfile)
    return outfile
  })())
}
