/** Orchestra with machines behind real sshds on the loopback, whose agents keep ledgers. */
import { cpSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskRow } from '../../lib/core/protocol/status.js'
import { ledgerProblems, readLedgers, writeLedgerAgents, type LedgerAgents } from './ledger-agent.js'
import { Orchestra } from './orchestra.js'
import { isAlive } from './processes.js'
import { eventually } from './eventually.js'
import { makeTestClient, startSshd, type TestClient, type TestSshd } from './sshd.js'

export interface RunRig {
  readonly orchestra: Orchestra
  readonly sshds: readonly TestSshd[]
  readonly agents: LedgerAgents
  /** The ledger of each machine; with no sshd at all, of this one. */
  readonly ledgers: readonly string[]
  /** `name: { kind: ssh, … }` lines for the layout, a host each: h1, h2. */
  readonly machines: string
}

/** KEEP_STATE=DIR: the state of a failed spec, to look at. */
const KEEP_OPTIONS = {
  recursive: true,
  filter: (path: string) => {
    const found = statSync(path, { throwIfNoEntry: false })
    return found !== undefined && (found.isFile() || found.isDirectory())
  },
}

export interface RigOptions {
  /** Environment of every session on the hosts. */
  readonly env?: Readonly<Record<string, string>>
  /** Their /etc/passwd; wants root. */
  readonly passwd?: string
  /** Another program than the built one. */
  readonly program?: string
}

export async function withRunRig(
  hosts: number,
  use: (rig: RunRig) => Promise<void>,
  { env = {}, passwd, program }: RigOptions = {},
): Promise<void> {
  const client: TestClient = makeTestClient()
  const sshds: TestSshd[] = []
  let orchestra: Orchestra | undefined
  try {
    const file = join(client.home, 'passwd')
    if (passwd !== undefined) writeFileSync(file, passwd)
    const mount = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/passwd; exec "$@"', file]
    const prefix = passwd === undefined ? [] : mount
    for (let i = 0; i < hosts; i++) sshds.push(await startSshd({ client, env, prefix }))
    orchestra = new Orchestra({ env: { HOME: client.home }, ...(program === undefined ? {} : { program }) })
    orchestra.grounds.push(...sshds.map((sshd) => sshd.dir))
    const places = hosts === 0 ? [orchestra.dir] : sshds.map((sshd) => sshd.dir)
    await use({
      orchestra,
      sshds,
      agents: writeLedgerAgents(join(orchestra.dir, 'ledger-agents')),
      ledgers: places.map((dir) => join(dir, 'ledger')),
      machines: sshds.map((sshd, i) => `  h${i + 1}: ${sshMachine(sshd, client)}`).join('\n'),
    })
  } finally {
    const keep = process.env['KEEP_STATE']
    if (keep !== undefined && orchestra !== undefined) cpSync(orchestra.state, keep, KEEP_OPTIONS)
    await orchestra?.close()
    for (const sshd of sshds) await sshd.stop()
    client.remove()
  }
}

function sshMachine({ address, port, user }: TestSshd, client: TestClient): string {
  return `{ kind: ssh, host: ${address}, port: ${port}, user: ${user}, identity_file: ${client.key} }`
}

export interface KillPlan {
  readonly session: string
  readonly layout: string
  readonly tasks: readonly string[]
  readonly ledgers: readonly string[]
  readonly kills: number
  /** Between two kills, at random up to. */
  readonly withinMs: number
  readonly timeoutMs: number
}

export interface KilledRun {
  readonly kills: number
  /** Tasks that were acknowledged between two kills. */
  readonly submitted: number
  /** What the ledgers and the daemon say against it; empty when every task succeeded once, and every agent lives. */
  readonly problems: readonly string[]
}

/** After so many kills something is submitted, and the daemon killed as soon as it said yes. */
const SUBMIT_EVERY = 10

/** Starts the run and kills the daemon again and again with -9, each time brought back by `up`. */
export async function runWithKills(orchestra: Orchestra, plan: KillPlan): Promise<KilledRun> {
  const { session, layout } = plan
  await orchestra.ok('up', layout, '-d', '--run')
  let killed = 0
  const submitted: string[] = []
  const until = performance.now() + plan.timeoutMs
  while (killed < plan.kills && performance.now() < until) {
    if (killed % SUBMIT_EVERY === SUBMIT_EVERY - 1) {
      const { task } = await orchestra.json<{ task: string }>(
        'submit',
        `sent after ${killed}`,
        '--role',
        'work',
        '--estimate',
        '4s',
      )
      submitted.push(task)
    } else await sleep(50 + Math.random() * plan.withinMs)
    const pid = orchestra.daemonPid(session)
    if (pid === undefined || !isAlive(pid)) throw new Error('there is no daemon to kill')
    process.kill(pid, 'SIGKILL')
    killed += 1
    await eventually(() => !isAlive(pid))
    // `--run`: what was submitted after the end waits for it.
    await orchestra.ok('up', layout, '-d', '--run')
  }
  const tasks = await finishedTasks(orchestra, plan.timeoutMs)
  const failed = tasks
    .filter((task) => task.status !== 'COMPLETED')
    .map((task) => `${task.id} is ${task.status}`)
  const again = tasks
    .filter((task) => task.attempts !== 1)
    .map((task) => `${task.id} took ${task.attempts} attempts: ${task.reason ?? ''}`)
  const lost = submitted.filter((id) => !tasks.some((task) => task.id === id)).map((id) => `${id} is lost`)
  const ledger = ledgerProblems(readLedgers(plan.ledgers), [...plan.tasks, ...submitted])
  const dead = (await orchestra.status()).agents
    .filter(({ pid, generation }) => generation !== 1 || pid === null || !isAlive(pid))
    .map(({ id, generation, reason }) => `${id} did not live on: start ${generation}, ${reason ?? ''}`)
  const journal = (await orchestra.json<{ type: string; text: string }[]>('events', '-n', '5000'))
    .filter(({ type }) => ['report.ignored', 'noted'].includes(type))
    .map((event) => `${event.type}: ${event.text}`)
  const problems = [...failed, ...again, ...lost, ...ledger, ...dead]
  return {
    kills: killed,
    submitted: submitted.length,
    problems: problems.length === 0 ? [] : [...problems, ...journal],
  }
}

/** Waits for the end of the run; fails with what is still open. */
export function finishedTasks(orchestra: Orchestra, timeoutMs = 80_000): Promise<readonly TaskRow[]> {
  return orchestra.untilStatus((status) => {
    if (status.run.phase !== 'finished') throw new Error(`not finished: ${describe(status.tasks)}`)
    return status.tasks
  }, timeoutMs)
}

/** What is wrong with a run in which each task was to be done once, at its first attempt. */
export function onceProblems(tasks: readonly TaskRow[], ledgers: readonly string[]): string[] {
  const others = tasks.filter(({ status, attempts }) => status !== 'COMPLETED' || attempts !== 1)
  const ids = tasks.map(({ id }) => id)
  return [
    ...others.map(({ id, status, attempts }) => `${id} ${status} ${attempts}`),
    ...ledgerProblems(readLedgers(ledgers), ids),
  ]
}

function describe(tasks: readonly TaskRow[]): string {
  const open = tasks.filter((task) => task.status !== 'COMPLETED')
  return open.map((task) => `${task.id} ${task.status} ${task.agent ?? ''} ${task.reason ?? ''}`).join('; ')
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Layout with agents of each kind on each host, and a graph in which there is always something to do. */
export function killLayout(rig: RunRig, session: string, count: number, seconds: number): string {
  const agents = rig.ledgers.flatMap((ledger, i) =>
    ['line', 'line', 'tui', 'tui', 'headless'].map((kind, n) => {
      const name = `${kind.toUpperCase()}-${i + 1}-${n % 2}`
      return `  ${name}: { type: ${kind}, machine: h${i + 1}, role: work, env: { LEDGER: ${ledger} } }`
    }),
  )
  const tasks = Array.from({ length: count }, (_, i) => {
    const needs = i < 4 ? [] : [i % 3 === 0 ? `T${i - 3}, T${i - 4}` : `T${i - 4}`]
    return `  T${i}: { title: task ${i}, role: work, estimate: ${seconds}s, needs: [${needs.join(', ')}] }`
  })
  return `version: 1
session: ${session}
machines:
  here: { kind: local }
${rig.machines}
agent_types:
  line: { extends: command, command: [sh, ${rig.agents.line}], env: { LEDGER_SECONDS: "${seconds}" } }
  tui: { extends: demo, command: [sh, ${rig.agents.tui}] }
  headless: { extends: command, command: [sh, ${rig.agents.headless}], mode: headless, env: { LEDGER_SECONDS: "${seconds}" } }
agents:
${agents.join('\n')}
tasks:
${tasks.join('\n')}
`
}
