/** A person's terminal for specs: a pane of a second tmux server, in which a client of the first one runs. */
import { spawnSync } from 'node:child_process'
import type { TmuxSandbox } from '../../support/tmux.js'

export interface OuterTerminal {
  /** What the person sees. */
  screen(...args: string[]): string
  keys(...keys: string[]): void
  /** Bytes as a terminal program would type them. */
  type(bytes: string): void
  paste(text: string): void
  resize(cols: number, rows: number): void
  run(...args: string[]): string
}

export function openTerminal(
  sandbox: TmuxSandbox,
  argv: readonly string[],
  size = { cols: 120, rows: 40 },
  name = 'outer',
): OuterTerminal {
  const run = (...args: string[]): string => {
    const result = spawnSync(sandbox.tmux, ['-u', '-L', 'orc-outer', '-f', '/dev/null', ...args], {
      env: sandbox.env,
      encoding: 'utf8',
      timeout: 30_000,
    })
    if (result.status !== 0) throw new Error(`outer tmux ${args[0]}: ${result.stderr}`)
    return result.stdout
  }
  run('new-session', '-d', '-s', name, '-x', String(size.cols), '-y', String(size.rows), ...argv)
  run('set-option', '-g', 'status', 'off')
  return {
    run,
    screen: (...args) => run('capture-pane', '-p', '-t', name, ...args),
    keys: (...keys) => void run('send-keys', '-t', name, ...keys),
    type: (bytes) =>
      void run('send-keys', '-H', '-t', name, ...[...Buffer.from(bytes)].map((b) => b.toString(16))),
    paste: (text) => {
      run('set-buffer', '-b', 'spec', '--', text)
      run('paste-buffer', '-p', '-r', '-d', '-b', 'spec', '-t', name)
    },
    resize: (cols, rows) => void run('resize-window', '-t', name, '-x', String(cols), '-y', String(rows)),
  }
}

/** argv of a client attached to the sandbox's session. */
export function attachArgv(sandbox: TmuxSandbox, session: string): string[] {
  return [
    'env',
    '-u',
    'TMUX',
    sandbox.tmux,
    '-u',
    '-L',
    sandbox.socket,
    'attach-session',
    '-t',
    `=${session}`,
  ]
}
