/** A key typed in a mirror pane → its echo, beside `ssh -t host tmux attach`: `npx tsx scripts/bench/key.ts`. */
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn, type IPty } from 'node-pty'
import { bringUp, clusterYaml, SESSION, spread, type ClusterAgent } from './support/cluster.js'
import { withGround, type Ground } from './support/ground.js'
import { askWhenMain, type Answer, type BenchOptions, type Cell, type Question } from './support/question.js'
import { hostTmux } from './support/reporters.js'
import { percentile, rounded } from './support/statistics.js'

/** Answers each key with itself, and the terminal does not. */
const ECHO = ['sh', '-c', 'stty raw -echo; exec cat']
/** Signs that stand nowhere else on the screens. */
const KEYS = ['@', '~', '^']

const ECHO_AGENT = `type: command, command: [${ECHO.map((word) => JSON.stringify(word)).join(', ')}]`

type Way = 'floor' | 'attach' | 'nested' | 'mirror'
const LABEL: Readonly<Record<Way, string>> = {
  floor: 'the program in a terminal of its own',
  attach: 'ssh -t host tmux attach',
  nested: 'the same in a pane of a local tmux (what orchestra replaces)',
  mirror: 'mirror pane of orchestra',
}

export const key: Question = {
  name: 'key',
  title: 'Key typed → echo on the screen, agent on a remote host (loopback)',
  measure: (options) => withGround(1, (ground) => measure(ground, options)),
}

async function measure(ground: Ground, { rounds, quick, say }: BenchOptions): Promise<Answer> {
  const [host] = ground.hosts
  if (host === undefined) throw new Error('no host')
  // One for each way: a person who is attached there sizes the window, and a mirror of it would show a part.
  const echoes = ['E-1', 'E-2', 'E-3'].map((id): ClusterAgent => ({
    id,
    machine: host.name,
    spec: ECHO_AGENT,
  }))
  // Their windows come first, and alone: what is attached looks at the first one.
  const others = spread(ground, quick ? 4 : 40)
  const yaml = clusterYaml(ground, others)
    .replace(
      'agents:\n',
      `agents:\n${echoes.map(({ id, spec }) => `  ${id}: { ${spec}, machine: ${host.name}, role: work }\n`).join('')}`,
    )
    .replace(
      'windows:\n',
      `windows:\n${echoes.map(({ id }) => `  - { name: ${id}, agent: ${id} }\n`).join('')}`,
    )
  await bringUp(ground, yaml)
  const format = '#{pane_start_command}\t#{session_name}\t#{window_id}'
  const panes = hostTmux(host, 'list-panes', '-a', '-F', format).split('\n')
  const placeOf = (id: string) => {
    const [, session = '', window = ''] =
      panes.find((line) => line.includes(`/${id}.agent`))?.split('\t') ?? []
    return { session, window }
  }
  const ssh = (command: string, window: string) => {
    const remote = `tmux -L orchestra ${command} \\; select-window -t ${window}`
    return ['ssh', '-F', ground.sshConfig, '-t', host.name, remote]
  }
  const [attached, grouped] = [placeOf('E-2'), placeOf('E-3')]
  const attach = ssh(`attach -t '=${attached.session}'`, attached.window)
  // In a session of its own, so that neither of the two draws what the other one types.
  const inPane = ssh(`new-session -t '=${grouped.session}'`, grouped.window)
  const terminals: Record<Way, Terminal> = {
    floor: new Terminal(ground, ECHO),
    attach: new Terminal(ground, attach),
    nested: new Terminal(ground, ['tmux', '-u', '-L', 'nested', '-f', '/dev/null', 'new-session', ...inPane]),
    mirror: new Terminal(ground, ['tmux', '-u', '-L', 'orchestra', 'attach', '-t', `=${SESSION}`]),
  }
  const samples: Record<Way, number[]> = { floor: [], attach: [], nested: [], mirror: [] }
  try {
    await sleep(2500)
    const turns = rounds ?? (quick ? 2 : 8)
    for (let turn = 1; turn <= turns; turn++) {
      say(`round ${turn} of ${turns}`)
      for (const way of ['floor', 'attach', 'nested', 'mirror'] as const)
        for (let i = 0; i < 50; i++) {
          await sleep(10 + Math.random() * 30)
          samples[way].push(await terminals[way].typed(KEYS[i % KEYS.length] ?? '@'))
        }
    }
  } finally {
    for (const terminal of Object.values(terminals)) terminal.kill()
    spawnSync('tmux', ['-L', 'nested', 'kill-server'], { env: { ...ground.orchestra.env } })
  }
  const at = (way: Way, share: number) => rounded(percentile(samples[way], share), 2)
  const ratio = rounded((at('mirror', 0.5) ?? Number.NaN) / (at('attach', 0.5) ?? Number.NaN), 2)
  return {
    columns: ['way', 'keys', 'p50 ms', 'p99 ms'],
    rows: (Object.keys(LABEL) as Way[]).map((way): Cell[] => [
      LABEL[way],
      samples[way].length,
      at(way, 0.5),
      at(way, 0.99),
    ]),
    targets: [
      { text: 'mirror over ssh -t, medians', value: ratio, limit: 2, unit: ' x', kind: 'most' },
      { text: 'mirror, p99', value: at('mirror', 0.99), limit: 30, unit: ' ms', kind: 'most' },
    ],
    notes: [
      `Mirror over ssh -t in a pane, where a key goes through two tmux servers as well: ${rounded((at('mirror', 0.5) ?? Number.NaN) / (at('nested', 0.5) ?? Number.NaN), 2)} x.`,
    ],
  }
}

class Terminal {
  readonly #pty: IPty
  readonly #name: string
  #sign: string | null = null
  #seen: () => void = () => undefined

  constructor(ground: Ground, [program = '', ...args]: readonly string[]) {
    this.#name = program
    const env = { ...ground.orchestra.env }
    this.#pty = spawn(program, args, { cols: 120, rows: 40, name: 'xterm-256color', cwd: '/', env })
    this.#pty.onData((data) => {
      if (this.#sign === null || !data.includes(this.#sign)) return
      this.#sign = null
      this.#seen()
    })
  }

  /** Milliseconds until the sign is on the screen. */
  typed(sign: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#name}: ${sign} does not come back`)), 10_000)
      const since = performance.now()
      this.#seen = () => {
        clearTimeout(timer)
        resolve(performance.now() - since)
      }
      this.#sign = sign
      this.#pty.write(sign)
    })
  }

  kill(): void {
    this.#pty.kill()
  }
}

await askWhenMain(key, import.meta.url)
