/** Real terminals for the monitor: a pane of a private tmux server, and a bare pseudo-terminal. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { spawn, type IPty } from 'node-pty'

const run = promisify(execFile)
const PROGRAM = new URL('monitor-program.ts', import.meta.url).pathname

export function programArgs(socket: string, now: number, ...rest: readonly string[]): string[] {
  return [process.execPath, '--import', 'tsx', PROGRAM, socket, `${now}`, ...rest]
}

export function plainEnv(dir: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    LANG: 'C.UTF-8',
    TMUX_TMPDIR: dir,
    TERM: 'xterm-256color',
  }
}

export async function withDir<T>(act: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'orc-tui-'))
  try {
    return await act(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export class TmuxScreen {
  readonly #dir: string
  readonly #socket = `tui-${Math.random().toString(36).slice(2, 10)}`

  constructor(dir: string) {
    this.#dir = dir
  }

  async start(argv: readonly string[], cols: number, rows: number): Promise<void> {
    await writeFile(
      join(this.#dir, 'tmux.conf'),
      'set -g status off\nset -g default-terminal tmux-256color\n',
    )
    const size = ['-x', `${cols}`, '-y', `${rows}`]
    await this.tmux(
      '-f',
      join(this.#dir, 'tmux.conf'),
      '-u',
      'new-session',
      '-d',
      '-s',
      'm',
      ...size,
      '--',
      ...argv,
    )
    await this.resize(cols, rows)
  }

  async resize(cols: number, rows: number): Promise<void> {
    await this.tmux('resize-window', '-t', 'm', '-x', `${cols}`, '-y', `${rows}`)
  }

  async keys(...keys: readonly string[]): Promise<void> {
    await this.tmux('send-keys', '-t', 'm', ...keys)
  }

  async text(): Promise<string> {
    return (await this.tmux('capture-pane', '-p', '-t', 'm')).replace(/[ \n]+$/g, '\n').replace(/ +$/gm, '')
  }

  async tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-L', this.#socket, ...args], { env: plainEnv(this.#dir) })
    return stdout
  }

  async stop(): Promise<void> {
    await this.tmux('kill-server').catch(() => '')
  }
}

export function spawnPty(
  argv: readonly string[],
  dir: string,
  cols: number,
  rows: number,
): { pty: IPty; bytes: () => string } {
  let bytes = ''
  const pty = spawn(argv[0] ?? '', argv.slice(1), {
    cols,
    rows,
    cwd: process.cwd(),
    env: plainEnv(dir),
    name: 'xterm-256color',
  })
  pty.onData((data: string) => (bytes += data))
  return { pty, bytes: () => bytes }
}
