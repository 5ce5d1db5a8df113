/**
 * Private tmux servers for specs: own socket directory, own HOME, killed by pid. The guard refuses to touch any server
 * outside its own temporary directory, so that a spec can never reach the tmux of the person who runs it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HeldProcess } from '../../lib/exec/transport.js'

export interface TmuxSandbox {
  /** The temporary directory that holds everything. */
  readonly dir: string
  readonly home: string
  readonly tmux: string
  readonly socket: string
  readonly env: Readonly<Record<string, string>>
  /** A link to this machine with the sandbox's environment. */
  readonly link: { hold(argv: readonly string[]): Promise<HeldProcess> }
  readonly shell: SandboxShell
  /** Runs `tmux -u -L SOCKET args…` and returns its stdout; throws with stderr when it fails. */
  run(...args: string[]): string
  /** `run`, but failure is an answer. */
  tryRun(...args: string[]): {
    readonly status: number | null
    readonly stdout: string
    readonly stderr: string
  }
  /** Pid of the server, or undefined when none answers. */
  serverPid(): number | undefined
}

export interface SandboxShell {
  run(
    script: string,
    options?: {
      readonly args?: readonly string[]
      readonly stdin?: string | Buffer
      readonly timeoutMs?: number
      readonly maxBytes?: number
    },
  ): Promise<{ readonly exitCode: number; readonly stdout: Buffer; readonly stderr: string }>
}

const TMUX = process.env['ORCHESTRA_TEST_TMUX'] ?? '/usr/bin/tmux'

export async function withTmuxServer<T>(use: (sandbox: TmuxSandbox) => Promise<T>): Promise<T> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'orc-tmux-')))
  const children = new Set<number>()
  const sandbox = makeSandbox(dir, children)
  try {
    return await use(sandbox)
  } finally {
    for (const pid of [...children, ...processesOf(dir)]) kill(pid)
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

function makeSandbox(dir: string, children: Set<number>): TmuxSandbox {
  const socket = 'orc-spec'
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: dir,
    TMUX_TMPDIR: dir,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  }
  const tryRun = (...args: string[]) => {
    assertInside(dir, env.TMUX_TMPDIR)
    const result = spawnSync(TMUX, ['-u', '-L', socket, ...args], { env, encoding: 'utf8', timeout: 30_000 })
    return { status: result.status, stdout: result.stdout, stderr: result.stderr }
  }
  return {
    dir,
    home: dir,
    tmux: TMUX,
    socket,
    env,
    tryRun,
    run: (...args) => {
      const { status, stdout, stderr } = tryRun(...args)
      if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`)
      return stdout
    },
    serverPid: () => {
      const { status, stdout } = tryRun('display-message', '-p', '#{pid}')
      return status === 0 && /^\d+\n$/.test(stdout) ? Number(stdout) : undefined
    },
    link: { hold: (argv) => Promise.resolve(hold(argv, env, children)) },
    shell: { run: (script, options = {}) => runShell(script, options, env) },
  }
}

/** Throws unless the socket directory lies in the sandbox. */
export function assertInside(dir: string, socketDir: string): void {
  if (!dir.includes('orc-tmux-') || !realpathSync(socketDir).startsWith(dir))
    throw new Error(`refusing to use a tmux socket outside the sandbox: ${socketDir}`)
}

function hold(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  children: Set<number>,
): HeldProcess & { readonly pid: number | undefined } {
  const [file = '', ...args] = argv
  const child = spawn(file, args, { env: { ...env }, stdio: 'pipe' })
  const pid = child.pid
  if (pid !== undefined) children.add(pid)
  let tail = ''
  child.stderr.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-4096)))
  const closed = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    child.on('error', () => resolve({ exitCode: null, signal: null }))
    const settle = (exitCode: number | null, signal: string | null) => {
      if (pid !== undefined) children.delete(pid)
      resolve({ exitCode, signal })
    }
    child.on('close', settle)
    // A tmux server holds the pipes of its clients: they may stay open after the client is gone.
    child.on('exit', (exitCode, signal) => setTimeout(settle, 100, exitCode, signal))
  })
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    stderrTail: () => tail,
    closed,
    kill: () => void child.stdin.end(),
  }
}

function runShell(
  script: string,
  options: NonNullable<Parameters<SandboxShell['run']>[1]>,
  env: Readonly<Record<string, string>>,
): ReturnType<SandboxShell['run']> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...(options.args ?? [])], { env: { ...env } })
    const out: Buffer[] = []
    let stderr = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000)
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      clearTimeout(timer)
      if (exitCode === null) reject(new Error('the shell command was killed'))
      else resolve({ exitCode, stdout: Buffer.concat(out), stderr })
    })
    child.stdin.on('error', () => {})
    child.stdin.end(options.stdin ?? '')
  })
}

/** Processes whose environment names this sandbox: also a server whose socket file a spec removed, and its panes. */
function processesOf(dir: string): number[] {
  const mark = `TMUX_TMPDIR=${dir}\0`
  return (existsSync('/proc') ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark)
      } catch {
        return false
      }
    })
    .map(Number)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
