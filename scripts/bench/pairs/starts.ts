/**
 * What a person waits for: `up` in its three forms and `status`. With it what a start costs the daemon, and how much memory it
 * has when all of its fifteen agents are there.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../../spec/support/eventually.js'
import { Orchestra } from '../../../spec/support/orchestra.js'
import { isAlive } from '../../../spec/support/processes.js'
import { SESSION } from '../support/cluster.js'
import { exactProcess, type ExactProcess } from '../support/exact-process.js'
import { cpuMsOf, memoryOf } from '../support/process-cost.js'
import { figure, inPairs, type Figure, type PairsOptions, type Tree, type Trees } from './figure.js'

const AGENTS = 15
const WINDOWS = 11
const STATUS_RUNS = 3

export async function starts(trees: Trees, options: PairsOptions): Promise<Figure[]> {
  const grounds = [new Ground(trees[0]), new Ground(trees[1])] as const
  try {
    const firsts = await inPairs(options, (side) => grounds[side].first())
    for (const ground of grounds) await ground.warmUp()
    const samples = await inPairs(options, (side) => grounds[side].later())
    const statuses = samples.flatMap(([before, after]) =>
      before.status.map((one, i) => [one, after.status[i] ?? one] as const),
    )
    return [
      figure('the very first up -d', 'ms', firsts, (one) => one.up.ms),
      figure(
        'the very first up -d: CPU of verb and daemon, all agents there',
        'ms',
        firsts,
        (one) => one.cpuMs,
      ),
      figure('up -d, no daemon', 'ms', samples, (one) => one.up.ms),
      figure('up -d, no daemon: CPU of the verb', 'ms', samples, (one) => one.up.cpuMs),
      figure('up -d, no daemon: CPU of verb and daemon, all agents there', 'ms', samples, (one) => one.cpuMs),
      figure('up -d again', 'ms', samples, (one) => one.again.ms),
      figure('up -d again: CPU of the verb', 'ms', samples, (one) => one.again.cpuMs),
      figure('status', 'ms', statuses, (one) => one.ms),
      figure('status: CPU', 'ms', statuses, (one) => one.cpuMs),
      figure('daemon after its start: RSS', 'MB', samples, (one) => one.rssMb),
      figure('daemon after its start: private memory', 'MB', samples, (one) => one.privateMb),
    ]
  } finally {
    for (const ground of grounds) await ground.close()
  }
}

interface Start {
  readonly up: ExactProcess
  /** Of the verb, and of the daemon until all agents were there. */
  readonly cpuMs: number
}

interface Later extends Start {
  readonly again: ExactProcess
  readonly status: readonly ExactProcess[]
  readonly rssMb: number
  readonly privateMb: number
}

class Ground {
  readonly #orchestra: Orchestra
  #firsts = 0

  constructor({ program }: Tree) {
    this.#orchestra = new Orchestra({ program })
    this.#orchestra.write('orchestra.yaml', layout())
  }

  /** Without any state, and without the compiled form that an earlier daemon leaves. */
  async first(): Promise<Start> {
    const home = join(this.#orchestra.dir, `first-${++this.#firsts}`)
    const start = await this.#start(home)
    await this.#end(home)
    return start
  }

  async later(): Promise<Later> {
    const start = await this.#start()
    const again = await this.#run(['up', '-d'])
    const status: ExactProcess[] = []
    for (let i = 0; i < STATUS_RUNS; i++) status.push(await this.#run(['status']))
    const memory = memoryOf(this.#daemonPid())
    await this.#end()
    return { ...start, again, status, ...memory }
  }

  /** Until daemon and verbs have left their compiled forms: whoever has used orchestra before has them. */
  async warmUp(): Promise<void> {
    const cache = join(this.#orchestra.state, 'cache')
    for (let i = 0; i < 2; i++) {
      await this.#start()
      await this.#run(['status'])
      await eventually(
        () =>
          existsSync(cache) &&
          readdirSync(cache).some((name) => name.startsWith('daemon') && name.endsWith('.v8')),
      )
      await this.#end()
    }
  }

  async close(): Promise<void> {
    await this.#orchestra.run(['down'])
    await this.#orchestra.close()
  }

  async #start(home = this.#orchestra.state): Promise<Start> {
    const up = await this.#run(['up', '-d'], home)
    await this.#run(['up', '-d', '--wait'], home)
    return { up, cpuMs: up.cpuMs + cpuMsOf(this.#daemonPid(home)) }
  }

  /** Both tmux servers end as well: each start makes them. */
  async #end(home = this.#orchestra.state): Promise<void> {
    const servers = ['orchestra', 'orchestra-agents'].map((socket) => this.#serverPid(socket))
    await this.#run(['down'], home)
    const { env } = this.#orchestra
    for (const socket of ['orchestra', 'orchestra-agents'])
      await exactProcess(['sh', '-c', `tmux -L ${socket} kill-server 2>&1 || true`], { env })
    await eventually(() => servers.every((pid) => pid <= 1 || !isAlive(pid)))
  }

  #serverPid(socket: string): number {
    try {
      const ask = ['display-message', '-p', '#{pid}'] as const
      return Number(
        socket === 'orchestra' ? this.#orchestra.tmux(...ask) : this.#orchestra.agentsTmux(...ask),
      )
    } catch {
      return 0
    }
  }

  #run(args: readonly string[], home = this.#orchestra.state): Promise<ExactProcess> {
    const { program, env, work } = this.#orchestra
    return exactProcess([process.execPath, program, ...args], {
      env: { ...env, ORCHESTRA_HOME: home },
      cwd: work,
    })
  }

  #daemonPid(home = this.#orchestra.state): number {
    const pid = this.#orchestra.daemonPid(SESSION, home)
    if (pid === undefined) throw new Error('no daemon')
    return pid
  }
}

/** The shape of layouts/local.yaml: demo agents and tasks, the queue, the monitor. No key that only one of the builds knows. */
function layout(): string {
  const numbers = Array.from({ length: AGENTS }, (_, i) => i + 1)
  const agents = numbers.map((i) => `  A-${i}: { type: demo, role: work }`)
  const tasks = numbers.map((i) => {
    const needs = i === 1 ? '' : `, needs: [Task-${Math.floor(i / 2)}]`
    return `  Task-${i}: { title: work ${i}, role: work, estimate: 12s${needs} }`
  })
  const windows = Array.from({ length: WINDOWS - 2 }, (_, i) => {
    const ids = numbers.filter((n) => n % (WINDOWS - 2) === i).map((n) => `A-${n}`)
    return `  - { name: W-${i + 1}, agents: [${ids.join(', ')}], layout: tiled }`
  })
  return [
    `version: 1\nsession: ${SESSION}\nmachines: { here: { kind: local } }`,
    `agents:\n${agents.join('\n')}`,
    `windows:\n  - { name: Main, panes: [{ view: queue }, { command: [sleep, "100000"], focus: true }] }`,
    `${windows.join('\n')}\n  - { name: Monitor, view: monitor }`,
    `tasks:\n${tasks.join('\n')}\n`,
  ].join('\n')
}
