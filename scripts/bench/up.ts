/** How long until `up -d` gives the terminal back, beside raw tmux and the tools that people use: `npx tsx scripts/bench/up.ts`. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../spec/support/eventually.js'
import type { Orchestra } from '../../spec/support/orchestra.js'
import { isAlive } from '../../spec/support/processes.js'
import { withGround } from './support/ground.js'
import { inTurn, type Candidate } from './support/in-turn.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { median, rounded } from './support/statistics.js'
import { timedProcess, type Timed } from './support/timed-process.js'

const WINDOWS = 11
const SECONDS = '100000'
const NODE = [process.execPath, '-e', '0']
type Name = 'node' | 'raw' | 'nodeAndRaw' | 'warm' | 'cold' | 'first' | 'tmuxp' | 'tmuxinator'

const LABEL: Readonly<Record<Name, string>> = {
  node: 'node -e 0',
  raw: 'raw: one tmux client, commands chained',
  nodeAndRaw: 'node -e 0, then raw (the floor)',
  warm: 'orchestra up -d, daemon and its tmux server running',
  cold: 'orchestra up -d, no daemon',
  first: 'orchestra up -d, no daemon, no state: the very first',
  tmuxp: 'tmuxp load -d',
  tmuxinator: 'tmuxinator start --no-attach',
}

export const up: Question = {
  name: 'up',
  title: `up -d of ${WINDOWS} windows: until control returns`,
  measure: async (options) => {
    const answers: Answer[] = []
    for (const panes of [1, 4]) answers.push(await ofPanes(panes, options))
    return {
      columns: answers[0]?.columns ?? [],
      rows: answers.flatMap((answer) => answer.rows),
      targets: answers.flatMap((answer) => answer.targets),
      notes: [...new Set(answers.flatMap((answer) => answer.notes))],
    }
  },
}

async function ofPanes(panes: number, { rounds, quick, say }: BenchOptions): Promise<Answer> {
  return withGround(0, async ({ orchestra }) => {
    const raw = new Server(orchestra, 'raw')
    const ours = new Server(orchestra, 'orchestra')
    orchestra.write('orchestra.yaml', ourLayout(panes))
    const program = [process.execPath, orchestra.program]
    const inWork = { env: orchestra.env, cwd: orchestra.work }
    const ourUp = () => timedProcess([...program, 'up', '-d'], inWork)
    const down = () => timedProcess([...program, 'down'], inWork)
    // The daemon leaves it when it has run for 3 s: whoever has used orchestra before has it.
    const cache = join(orchestra.state, 'cache')
    const hasCompiledForm = () =>
      existsSync(cache) &&
      readdirSync(cache).some((name) => name.startsWith('daemon') && name.endsWith('.v8'))
    let firsts = 0
    let firstHome = ''
    const first = () => ({ env: { ...orchestra.env, ORCHESTRA_HOME: firstHome }, cwd: orchestra.work })
    const built = (server: Server) => async () => {
      server.expect(panes)
      await server.end()
    }
    const isWarm = async () => {
      if (orchestra.daemonPid('bench') === undefined) await ourUp()
      await ours.end()
      // It makes the session of this machine's agents anew, sooner or later: what is measured is to have it, always.
      const pid = orchestra.daemonPid('bench')
      if (pid === undefined || !isAlive(pid)) throw new Error('no daemon runs')
      await eventually(() => ours.isThere())
      await untilQuiet(pid)
    }
    /** What its row says of the daemon is held against the daemon that answered. */
    const served = async (isSame: boolean): Promise<Timed> => {
      const before = orchestra.daemonPid('bench')
      const timed = await ourUp()
      const after = orchestra.daemonPid('bench')
      if ((before === after) !== isSame || after === undefined || !isAlive(after))
        throw new Error(`the daemon was ${before ?? 'none'} and is ${after ?? 'none'}`)
      return timed
    }
    const candidates: Partial<Record<Name, Candidate<Timed>>> = {
      node: { measure: () => timedProcess(NODE, inWork) },
      raw: { measure: () => timedProcess(rawArgv(panes), inWork), after: built(raw) },
      nodeAndRaw: {
        measure: async () => {
          const node = await timedProcess(NODE, inWork)
          const tmux = await timedProcess(rawArgv(panes), inWork)
          return { ms: node.ms + tmux.ms, cpuMs: node.cpuMs + tmux.cpuMs, stdout: '' }
        },
        after: built(raw),
      },
      warm: { before: isWarm, measure: () => served(true), after: built(ours) },
      cold: {
        before: async () => {
          if (!hasCompiledForm()) await eventually(hasCompiledForm)
          if (orchestra.daemonPid('bench') !== undefined) await down()
          await ours.end()
        },
        measure: () => served(false),
        after: built(ours),
      },
      first: {
        before: async () => {
          await ours.end()
          firstHome = `${orchestra.dir}/first-${++firsts}`
        },
        measure: () => timedProcess([...program, 'up', '-d'], first()),
        after: async () => {
          ours.expect(panes)
          await timedProcess([...program, 'down'], first())
          await ours.end()
        },
      },
    }
    const notes = [
      'Each starts the tmux server that it builds on, but the warm one, whose daemon has it; every pane is `sleep`.',
    ]
    for (const name of ['tmuxp', 'tmuxinator'] as const) {
      const found = spawnSync(name, ['--version'], { env: { ...orchestra.env } }).status !== null
      if (!found) notes.push(`${name} is not installed: skipped.`)
      else candidates[name] = peer(name, panes, orchestra)
    }
    const samples = await inTurn(
      rounds ?? (quick ? 3 : 15),
      candidates as Record<Name, Candidate<Timed>>,
      (text) => say(`${WINDOWS} x ${panes}: ${text}`),
    )
    for (const name of ['tmuxp', 'tmuxinator'] as const) {
      const missing = samples.node.length - (samples[name] ?? samples.node).length
      if (missing > 0)
        notes.push(
          `${WINDOWS} x ${panes}: ${name} failed twice in ${missing} rounds, which do not count for it.`,
        )
      if (samples[name]?.length === 0) delete (samples as Partial<typeof samples>)[name]
    }
    return answerOf(panes, samples, notes)
  })
}

function answerOf(panes: number, samples: Partial<Record<Name, Timed[]>>, notes: readonly string[]): Answer {
  const ms = (name: Name) => median((samples[name] ?? []).map((one) => one.ms))
  const cpu = (name: Name) => {
    const all = (samples[name] ?? []).map((one) => one.cpuMs)
    return all.reduce((sum, one) => sum + one, 0) / all.length
  }
  const floor = ms('node') + ms('raw')
  const names = Object.keys(samples) as Name[]
  const rows = names.map((name): Cell[] => [
    LABEL[name],
    `${WINDOWS} x ${panes}`,
    rounded(ms(name)),
    rounded(ms(name) / floor, 2),
    rounded(cpu(name), 0),
  ])
  const shape = `${WINDOWS} x ${panes}`
  const ahead = (mine: Name, peerName: Name) => ({
    text: `${shape}: ${peerName} over ${LABEL[mine]}`,
    value: rounded(ms(peerName) / ms(mine), 2),
    limit: 3,
    unit: ' x',
    kind: 'least' as const,
  })
  return {
    columns: ['candidate', 'windows x panes', 'median ms', 'over node + raw', 'mean client CPU ms'],
    rows,
    targets: [
      {
        text: `${shape}: warm over (node -e 0 + raw tmux)`,
        value: rounded(ms('warm') / floor, 2),
        limit: 1.3,
        unit: ' x',
        kind: 'most',
      },
      ...(['tmuxp', 'tmuxinator'] as const)
        .filter((name) => samples[name] !== undefined)
        .flatMap((name) => [ahead('warm', name), ahead('cold', name)]),
    ],
    notes,
  }
}

/** A tmux server in the private TMUX_TMPDIR. */
class Server {
  readonly #orchestra: Orchestra
  readonly #name: string

  constructor(orchestra: Orchestra, name: string) {
    this.#orchestra = orchestra
    this.#name = name
  }

  tmux(...args: string[]): { status: number | null; stdout: string } {
    const env = { ...this.#orchestra.env }
    return spawnSync('tmux', ['-L', this.#name, ...args], { env, encoding: 'utf8', timeout: 10_000 })
  }

  expect(panes: number): void {
    const found = this.tmux('list-panes', '-s', '-t', '=bench', '-F', '#{window_name}')
      .stdout.trim()
      .split('\n')
    const windows = new Set(found).size
    if (found.length !== WINDOWS * panes || windows !== WINDOWS)
      throw new Error(`${this.#name}: ${windows} windows with ${found.length} panes`)
  }

  isThere(): boolean {
    return this.tmux('list-sessions').status === 0
  }

  /** A server that is just ending would take the next one's client with it. */
  async end(): Promise<void> {
    const pid = Number(this.tmux('display-message', '-p', '#{pid}').stdout)
    this.tmux('kill-server')
    if (pid > 1) await eventually(() => !isAlive(pid))
  }
}

const QUIET_MS = 150

/** Until it took no processor time for a while. */
async function untilQuiet(pid: number): Promise<void> {
  let last = ''
  await eventually(async () => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const taken = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).join(' ')
    const isQuiet = taken === last
    last = taken
    if (!isQuiet) await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    return isQuiet
  })
}

function windowNames(): string[] {
  return Array.from({ length: WINDOWS }, (_, i) => `w${i + 1}`)
}

function rawArgv(panes: number): string[] {
  const start = ['sleep', SECONDS]
  const window = (name: string, i: number) => [
    ...(i === 0
      ? ['new-session', '-d', '-s', 'bench', '-n', name, '-x', '200', '-y', '49', ...start]
      : [';', 'new-window', '-d', '-t', '=bench:', '-n', name, ...start]),
    ...Array.from({ length: panes - 1 }, () => [splitAndTile(`=bench:${name}`)]).flat(2),
  ]
  return ['tmux', '-L', 'raw', '-f', '/dev/null', ...windowNames().flatMap(window)]
}

function splitAndTile(target: string): string[] {
  return [
    ';',
    'split-window',
    '-d',
    '-t',
    target,
    'sleep',
    SECONDS,
    ';',
    'select-layout',
    '-t',
    target,
    'tiled',
  ]
}

function ourLayout(panes: number): string {
  const pane = `{ command: [sleep, "${SECONDS}"] }`
  const window = (name: string) =>
    `  - { name: ${name}, layout: tiled, panes: [${Array(panes).fill(pane).join(', ')}] }`
  return `version: 1\nsession: bench\nmachines: {}\nwindows:\n${windowNames().map(window).join('\n')}\n`
}

function peer(name: 'tmuxp' | 'tmuxinator', panes: number, orchestra: Orchestra): Candidate<Timed> {
  const server = new Server(orchestra, name)
  const config = orchestra.write(
    `${name}.yaml`,
    name === 'tmuxp' ? tmuxpConfig(panes) : tmuxinatorConfig(panes),
  )
  const argv =
    name === 'tmuxp'
      ? ['tmuxp', 'load', '-d', '-L', name, config]
      : ['tmuxinator', 'start', '-p', config, '--no-attach']
  return {
    measure: () => timedProcess(argv, { env: { ...orchestra.env, EDITOR: 'true' }, cwd: orchestra.work }),
    after: async () => {
      server.expect(panes)
      await server.end()
    },
    mayFail: { tidy: () => server.end() },
  }
}

/** Its fastest form: the command is the pane's own process, and nothing is typed. */
function tmuxpConfig(panes: number): string {
  const window = (name: string) =>
    `  - window_name: ${name}\n    layout: tiled\n    panes:\n${`      - { shell: "sleep ${SECONDS}" }\n`.repeat(panes)}`
  return `session_name: bench\nwindows:\n${windowNames().map(window).join('')}`
}

function tmuxinatorConfig(panes: number): string {
  const window = (name: string) =>
    `  - ${name}:\n      layout: tiled\n      panes:\n${`        - sleep ${SECONDS}\n`.repeat(panes)}`
  return `name: bench\nroot: /tmp\nsocket_name: tmuxinator\nattach: false\nwindows:\n${windowNames().map(window).join('')}`
}

await askWhenMain(up, import.meta.url)
