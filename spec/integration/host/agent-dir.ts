/** A machine's directory of agents as the daemon leaves it, for specs of the two programs that live there. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { dirname, join } from 'node:path'
import { decodeExitRecord } from '../../../lib/core/protocol/agent-report.js'
import type { ExitRecord } from '../../../lib/core/protocol/agent-report.js'
import { shellQuote } from '../../../lib/core/shell-quote.js'
import type { TmuxSandbox } from '../../support/tmux.js'
import { eventually } from '../../support/eventually.js'

const HOST = fileURLToPath(new URL('../../../lib/agents/host/', import.meta.url))
export const LAUNCHER = join(HOST, 'launch.sh')
const REPORT = join(HOST, 'orchestra-report.sh')
export const ENDER = join(HOST, 'end-start.sh')

/** Those of them that this machine has. */
export const SHELLS = [['dash'], ['bash'], ['busybox', 'sh']].filter(
  ([shell, ...args]) => spawnSync(shell as string, [...args, '-c', ':']).status === 0,
)

export interface Start {
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly timeout?: number
  readonly capture?: boolean
}

export class AgentDir {
  readonly path: string
  readonly sandbox: TmuxSandbox
  readonly shell: readonly string[]
  #generation = 0

  constructor(sandbox: TmuxSandbox, shell: readonly string[]) {
    this.sandbox = sandbox
    this.shell = shell
    this.path = join(sandbox.dir, 'agents', 'CG-1')
    mkdirSync(join(sandbox.dir, 'agents', 'bin'), { recursive: true, mode: 0o700 })
    mkdirSync(this.path, { mode: 0o700 })
    const program = join(sandbox.dir, 'agents', 'bin', 'orchestra-report')
    copyFileSync(REPORT, program)
    for (const name of ['end-start', 'job-output'])
      copyFileSync(join(HOST, `${name}.sh`), join(sandbox.dir, 'agents', 'bin', name))
    chmodSync(program, 0o700)
    // The launcher starts itself again with `sh`: let that be the same shell.
    const sh = join(this.shellDir, 'sh')
    mkdirSync(this.shellDir)
    writeFileSync(sh, `#!/bin/sh\nexec ${shell.join(' ')} "$@"\n`, { mode: 0o755 })
  }

  get shellDir(): string {
    return join(this.sandbox.dir, 'shell')
  }

  /** What the agent's sandbox would let nobody write. */
  get startDir(): string {
    return `${this.path}.start`
  }

  /** Everything of this machine. */
  get root(): string {
    return dirname(this.path)
  }

  get gen(): string {
    return join(this.startDir, `gen.${this.#generation}`)
  }

  /** Writes what the launcher reads, and returns its command line. */
  place(start: Start): string {
    this.#generation += 1
    mkdirSync(this.gen, { recursive: true, mode: 0o700 })
    const put = (name: string, text: string) => writeFileSync(join(this.gen, name), text, { mode: 0o600 })
    put('who', 'spec\nCG-1\nabcdefgh\n')
    put('argv', `set -- ${start.argv.map(shellQuote).join(' ')}\n`)
    if (start.cwd !== undefined) put('cwd', `${start.cwd}\n`)
    if (start.timeout !== undefined) put('timeout', `${start.timeout}\n`)
    if (start.capture === true) put('capture', '')
    const env = Object.entries(start.env ?? {}).map(
      ([name, value]) => `export ${name}=${shellQuote(value)}\n`,
    )
    if (env.length > 0) put('env', env.join(''))
    return this.commandLine
  }

  get commandLine(): string {
    const argv = [...this.shell, LAUNCHER, this.path, String(this.#generation)]
    return `exec env PATH=${this.shellDir}:"$PATH" ${argv.map(shellQuote).join(' ')}`
  }

  /** In a pane of its own, as tmux starts agents; returns the pane's id. The pane stays, dead, with its status. */
  run(start: Start): string {
    return this.inPane(this.place(start))
  }

  inPane(commandLine: string): string {
    const { sandbox } = this
    if (sandbox.serverPid() === undefined) {
      sandbox.run('-f', '/dev/null', 'new-session', '-d', '-s', 'keep', '-x', '80', '-y', '24', 'sleep 600')
      sandbox.run('set-option', '-g', 'remain-on-exit', 'on')
    }
    return sandbox.run('new-window', '-d', '-P', '-F', '#{pane_id}', commandLine).trim()
  }

  screen(pane: string): string {
    return this.sandbox.run('capture-pane', '-pJ', '-S-', '-t', pane)
  }

  exists(name: string): boolean {
    return existsSync(join(this.gen, name))
  }

  read(name: string): string {
    return readFileSync(join(this.gen, name), 'utf8')
  }

  /** Waits for the record of the last start. */
  async exit(): Promise<ExitRecord> {
    return eventually(() => {
      const decoded = decodeExitRecord(this.read('exit.json'), {
        agent: 'CG-1',
        generation: this.#generation,
        nonce: 'abcdefgh',
      })
      if (!decoded.ok) throw new Error(decoded.reason)
      return decoded.value
    })
  }

  /** Waits for the program's pid. */
  async child(): Promise<number> {
    return eventually(() => {
      const pid = Number(this.read('child'))
      if (!(pid > 1)) throw new Error('not started yet')
      return pid
    })
  }

  /** What rang until now, by a pane that reads the bell. */
  installBell(): () => string {
    const heard = join(dirname(this.path), 'heard')
    const bell = join(dirname(this.path), 'bell')
    execFileSync('mkfifo', [bell])
    this.inPane(`exec cat <> ${bell} >> ${heard}`)
    return () => (existsSync(heard) ? readFileSync(heard, 'utf8') : '')
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
