/**
 * The built program on private ground: own ORCHESTRA_HOME, HOME, TMUX_TMPDIR, PATH and nothing else in the environment.
 * `close` ends every process that names the private directory and removes it; `leftovers` says what a `down` forgot.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ApiErrorBody } from '../../lib/core/protocol/api.js'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from './eventually.js'
import { processesNaming, endProcess } from './processes.js'

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly stdin?: string
  readonly timeoutMs?: number
  /** Words before node's own, as `ip netns exec NAME`. */
  readonly prefix?: readonly string[]
}

export interface ViewWindow {
  readonly index: number
  readonly name: string
  readonly panes: readonly { readonly id: string; readonly pid: number; readonly agent: string }[]
}

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
let built: string | undefined

/** The present sources, bundled into a directory of this test run: others may build meanwhile. ORCHESTRA_PROGRAM names another build. */
export function builtProgram(): string {
  built ??= process.env['ORCHESTRA_PROGRAM']
  if (built !== undefined) return built
  const dir = mkdtempSync(join(tmpdir(), 'orc-dist-'))
  for (const name of ['package.json', 'lib', 'layouts', 'workflows', 'config', 'node_modules'])
    symlinkSync(join(ROOT, name), join(dir, name))
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: dir, stdio: 'pipe' })
  process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }))
  return (built = join(dir, 'dist', 'orchestra.cjs'))
}

export interface OrchestraOptions {
  /** Another one whose tmux server (TMUX_TMPDIR and HOME) this one shares; the state stays its own. */
  readonly beside?: Orchestra
  readonly env?: Readonly<Record<string, string>>
  /** HOME, when it is there already: one with keys in it. The caller removes it. */
  readonly home?: string
  /** Another program than the built one. */
  readonly program?: string
}

export class Orchestra {
  /** Holds everything, removed by `close`. */
  readonly dir: string
  readonly home: string
  /** ORCHESTRA_HOME. */
  readonly state: string
  readonly tmuxTmpdir: string
  /** Where the program is started, and layouts are written. */
  readonly work: string
  readonly env: Readonly<Record<string, string>>
  readonly program: string
  /** Further directories whose processes count as ours: a host's. */
  readonly grounds: string[]

  constructor(options: OrchestraOptions = {}) {
    this.program = options.program ?? builtProgram()
    this.dir = realpathSync(mkdtempSync(join(tmpdir(), 'orc-e2e-')))
    this.grounds = [this.dir]
    this.home = options.home ?? options.beside?.home ?? join(this.dir, 'home')
    this.tmuxTmpdir = options.beside?.tmuxTmpdir ?? join(this.dir, 'tmux')
    this.state = join(this.dir, 'state')
    this.work = join(this.dir, 'work')
    for (const dir of [this.home, this.tmuxTmpdir, this.work])
      mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.env = {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      HOME: this.home,
      ORCHESTRA_HOME: this.state,
      TMUX_TMPDIR: this.tmuxTmpdir,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      ...options.env,
    }
  }

  /** Writes a file into the work directory. */
  write(name: string, text: string): string {
    const path = join(this.work, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  /** Runs `orchestra args…` to its end, whatever the end is. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const argv = [...(options.prefix ?? []), process.execPath, this.program, ...args]
    const since = performance.now()
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: options.cwd ?? this.work,
      env: { ...this.env, ...options.env },
      stdio: 'pipe',
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 70_000)
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.stdin ?? '')
    return new Promise((done, reject) => {
      child.once('error', reject)
      child.once('close', (code) => {
        clearTimeout(timer)
        done({ code, stdout, stderr, ms: performance.now() - since })
      })
    })
  }

  /** `run` that must end with 0; its stdout. */
  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args)
    if (code !== 0) throw new Error(`orchestra ${args.join(' ')}: exit ${code}\n${stdout}${stderr}`)
    return stdout
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '--json')) as T
  }

  /** A request as another client would send it. */
  async post(
    path: string,
    body: unknown,
  ): Promise<{ status: number; body: { error?: ApiErrorBody['error'] } }> {
    const [session = ''] = readdirSync(join(this.state, 'sessions'))
    const file = join(this.state, 'sessions', session, 'daemon.json')
    const { socket } = JSON.parse(readFileSync(file, 'utf8')) as { socket: string }
    return new Promise((done, reject) => {
      const headers = { 'content-type': 'application/json' }
      const sent = request({ socketPath: socket, path, method: 'POST', headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.once('end', () =>
          done({
            status: response.statusCode ?? 0,
            body: JSON.parse(text) as { error?: ApiErrorBody['error'] },
          }),
        )
      })
      sent.once('error', reject)
      sent.end(JSON.stringify(body))
    })
  }

  status(...more: string[]): Promise<StatusDocument> {
    return this.json<StatusDocument>('status', ...more)
  }

  /** Waits until `check` of a fresh status returns without throwing and not false. */
  untilStatus<T>(check: (status: StatusDocument) => T, timeoutMs = 25_000, ...more: string[]): Promise<T> {
    return eventually(async () => check(await this.status(...more)), timeoutMs)
  }

  /** `state`: another ORCHESTRA_HOME. */
  daemonPid(session: string, state = this.state): number | undefined {
    const file = join(state, 'sessions', session, 'daemon.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : undefined
  }

  daemonLog(session: string): string {
    const file = join(this.state, 'sessions', session, 'daemon.log')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  /** `tmux -L orchestra args…` on the private server; throws with stderr. */
  tmux(...args: string[]): string {
    const result = this.tryTmux(...args)
    if (result.status !== 0) throw new Error(`tmux ${args.join(' ')}: ${result.stderr}`)
    return result.stdout
  }

  /** As `tmux`, on the server of this machine's agents. */
  agentsTmux(...args: string[]): string {
    const result = this.#tmuxAt('orchestra-agents', args)
    if (result.status !== 0) throw new Error(`tmux ${args.join(' ')}: ${result.stderr}`)
    return result.stdout
  }

  tryTmux(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return this.#tmuxAt('orchestra', args)
  }

  #tmuxAt(
    socket: string,
    args: readonly string[],
  ): { status: number | null; stdout: string; stderr: string } {
    if (!this.tmuxTmpdir.includes('orc-e2e-'))
      throw new Error('refusing to reach a tmux server of this machine')
    const env = { ...this.env }
    return spawnSync('tmux', ['-u', '-L', socket, ...args], { env, encoding: 'utf8', timeout: 30_000 })
  }

  sessions(socket = 'orchestra'): string[] {
    return this.#tmuxAt(socket, ['list-sessions', '-F', '#{session_name}'])
      .stdout.split('\n')
      .filter(Boolean)
      .toSorted()
  }

  /** The windows of the view with their panes; `agent` is empty for a pane that mirrors none. */
  windows(session: string): ViewWindow[] {
    const format = '#{window_index}\t#{window_name}\t#{pane_id}\t#{pane_pid}\t#{@orch_agent}'
    const found = new Map<number, ViewWindow>()
    const rows = this.tmux('list-panes', '-s', '-t', `=${session}`, '-F', format)
    for (const row of rows.split('\n').filter(Boolean)) {
      const [index, name = '', id = '', pid, agent = ''] = row.split('\t')
      const old = found.get(Number(index))
      const panes = [...(old?.panes ?? []), { id, pid: Number(pid), agent }]
      found.set(Number(index), { index: Number(index), name, panes })
    }
    return [...found.values()]
  }

  screen(pane: string): string {
    return this.tmux('capture-pane', '-p', '-t', pane)
  }

  /** What should not be there any more after `down`: processes, tmux sessions, sockets, half-written files. */
  leftovers(): string[] {
    return [
      ...this.grounds
        .flatMap((dir) => processesNaming(dir))
        .filter((one) => !one.args.includes('[listener]'))
        .map((one) => `process ${one.pid}: ${one.args}`),
      ...[...this.sessions(), ...this.sessions('orchestra-agents')].map((name) => `tmux session ${name}`),
      ...this.grounds.flatMap((dir) => filesUnder(dir)).filter((path) => STRAY_FILE.test(path)),
    ]
  }

  /** Ends and removes everything, also after a spec that failed half-way. */
  async close(): Promise<void> {
    await eventually(() => {
      const left = processesNaming(this.dir)
      for (const { pid } of left) endProcess(pid)
      return left.length === 0
    })
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Sockets and notes of a running daemon, what is written beside before a rename, secrets that were not taken. */
const STRAY_FILE =
  /(?:\.sock|daemon\.json|\.new|\.part|\/\.new\..*|\.tmp|\/env|\/alive|\/raw|\/copy|\/first|\.\d+)$/

function filesUnder(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

export async function withOrchestra(
  use: (orchestra: Orchestra) => Promise<void>,
  options: OrchestraOptions = {},
): Promise<void> {
  const orchestra = new Orchestra(options)
  try {
    await use(orchestra)
  } finally {
    await orchestra.close()
  }
}
