/** A real sshd on a random loopback port, with its own key, log and HOME; and a client's HOME that knows it. */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.js'
import { endProcess, processesNaming } from './processes.js'

const SSHD = '/usr/sbin/sshd'

/** Why specs with a real sshd cannot run here, or null. */
export function whyNoSshd(): string | null {
  if (!existsSync(SSHD)) return `${SSHD} is not installed (apt-get install openssh-server)`
  return existsSync('/proc/self/stat') ? null : 'there is no /proc'
}

/** At the top of a describe: skips it aloud where there is no sshd. */
export function needsSshd(context: Mocha.Suite): void {
  const why = whyNoSshd()
  if (why === null) return
  console.log(`SKIPPED, NOT TESTED: ${context.fullTitle()}: ${why}`)
  context.pending = true
}

/** The HOME of a client: `.ssh/id_ed25519`, `.ssh/known_hosts`, and no agent. */
export interface TestClient {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** Path of its private key. */
  readonly key: string
  readonly knownHosts: string
  remove(): void
}

export function makeTestClient(options: { readonly passphrase?: string } = {}): TestClient {
  const home = mkdtempSync(join(tmpdir(), 'orch-client-'))
  const ssh = join(home, '.ssh')
  mkdirSync(ssh, { mode: 0o700 })
  const key = join(ssh, 'id_ed25519')
  makeKey(key, options.passphrase)
  writeFileSync(join(ssh, 'known_hosts'), '', { mode: 0o600 })
  return {
    home,
    key,
    knownHosts: join(ssh, 'known_hosts'),
    env: { HOME: home, PATH: process.env['PATH'] ?? '' },
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 10 }),
  }
}

export interface SshdOptions {
  /** Who may log in; its known_hosts gets the host key unless `known` is false. */
  readonly client: TestClient
  readonly known?: boolean
  /** Further lines of sshd_config; the first value of a key wins, and these come first. */
  readonly config?: readonly string[]
  /** Environment of its sessions, besides HOME and TMUX_TMPDIR. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: a free port of 127.0.0.1. */
  readonly address?: string
  readonly port?: number
  /** Words put before sshd's own, as `ip netns exec NAME`. */
  readonly prefix?: readonly string[]
}

export class TestSshd {
  readonly address: string
  readonly port: number
  /** Everything of it; removed by `stop`. */
  readonly dir: string
  /** HOME of its sessions. */
  readonly home: string
  readonly tmuxTmpdir: string
  readonly user = userInfo().username
  readonly #options: SshdOptions
  #child: ChildProcess | undefined
  #keyNumber = 0

  constructor(options: SshdOptions, port: number) {
    this.#options = options
    this.address = options.address ?? '127.0.0.1'
    this.port = port
    this.dir = mkdtempSync(join(tmpdir(), 'orch-sshd-'))
    this.home = join(this.dir, 'home')
    this.tmuxTmpdir = join(this.dir, 'tmux')
    mkdirSync(this.home, { mode: 0o700 })
    mkdirSync(this.tmuxTmpdir, { mode: 0o700 })
    writeFileSync(join(this.dir, 'authorized_keys'), readFileSync(`${options.client.key}.pub`))
    this.#newHostKey()
  }

  /** The target for an SshLink. */
  get target(): { host: string; user: string; port: number; identityFile: null; jump: null } {
    return { host: this.address, user: this.user, port: this.port, identityFile: null, jump: null }
  }

  get hostKeyFile(): string {
    return join(this.dir, `host_key_${this.#keyNumber}`)
  }

  /** The host key as known_hosts has it: type and base64. */
  get hostKey(): string {
    return readFileSync(`${this.hostKeyFile}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ')
  }

  get log(): string {
    return readFileSync(join(this.dir, 'log'), 'utf8')
  }

  async start(): Promise<void> {
    // As root sshd wants its empty directory; packages make it at boot only.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    const config = join(this.dir, 'sshd_config')
    writeFileSync(config, this.#config().join('\n'))
    const argv = [...(this.#options.prefix ?? []), SSHD, '-D', '-E', join(this.dir, 'log'), '-f', config]
    const program = argv[0] ?? SSHD
    const args = argv.slice(1)
    const child = spawn(program, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] } })
    this.#child = child
    await answers(this.address, this.port, child, () => this.log)
  }

  /** The connections stand still, as on a host that froze; new ones too. */
  freeze(): void {
    for (const pid of this.#sshdPids()) kill(pid, 'SIGSTOP')
  }

  thaw(): void {
    for (const pid of this.#sshdPids()) kill(pid, 'SIGCONT')
  }

  /** Every connection is gone; sshd listens on. */
  dropConnections(): void {
    for (const pid of this.#sshdPids()) if (pid !== this.#child?.pid) kill(pid)
  }

  /** Its processes: the listener and one or two a connection. */
  #sshdPids(): number[] {
    const root = this.#child?.pid
    if (root === undefined) return []
    const all = processes()
    const found = [root]
    for (const pid of found) {
      found.push(
        ...all.filter((one) => one.parent === pid && one.name.startsWith('sshd')).map((one) => one.pid),
      )
    }
    return found
  }

  /** Ends the listener and its connections. What listens on the port afterwards is nobody. */
  async halt(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#child = undefined
    const gone = child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve))
    const pids = [child.pid ?? 0, ...this.#descendantsOf(child.pid)]
    for (const pid of pids) kill(pid)
    await gone
  }

  #descendantsOf(root: number | undefined): number[] {
    const all = processes()
    const found = [root ?? 0]
    for (const pid of found) found.push(...all.filter((one) => one.parent === pid).map((one) => one.pid))
    return found.slice(1)
  }

  /** As if the machine had been set up anew: the same place, another key, which the client does not know. */
  async restart(options: { readonly newHostKey?: boolean } = {}): Promise<void> {
    await this.halt()
    if (options.newHostKey === true) this.#newHostKey()
    await this.start()
  }

  async stop(): Promise<void> {
    this.thaw()
    stopTmuxServers(this.tmuxTmpdir)
    await this.halt()
    // Launchers outlive their panes to write a last record.
    await eventually(() => {
      const left = processesNaming(this.dir)
      for (const { pid } of left) endProcess(pid)
      return left.length === 0
    })
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10 })
  }

  #newHostKey(): void {
    this.#keyNumber++
    makeKey(this.hostKeyFile)
  }

  /** The client knows the present key from now on. */
  makeKnown(): void {
    const name = this.port === 22 ? this.address : `[${this.address}]:${this.port}`
    const known = readFileSync(this.#options.client.knownHosts, 'utf8')
    writeFileSync(this.#options.client.knownHosts, `${known}${name} ${this.hostKey}\n`)
  }

  #config(): string[] {
    const env = { HOME: this.home, TMUX_TMPDIR: this.tmuxTmpdir, ...this.#options.env }
    return [
      ...(this.#options.config ?? []),
      `Port ${this.port}`,
      `ListenAddress ${this.address}`,
      `HostKey ${this.hostKeyFile}`,
      `AuthorizedKeysFile ${join(this.dir, 'authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'MaxStartups 100',
      'PrintMotd no',
      'LogLevel VERBOSE',
      `SetEnv ${Object.entries(env)
        .map(([key, value]) => `${key}="${value}"`)
        .join(' ')}`,
      '',
    ]
  }
}

/** A started sshd; the caller stops it. */
export async function startSshd(options: SshdOptions): Promise<TestSshd> {
  const sshd = new TestSshd(options, options.port ?? (await freePort()))
  if (options.known !== false) sshd.makeKnown()
  await sshd.start()
  return sshd
}

/** A client and an sshd that lets it in, both gone afterwards. */
export async function withSshd(
  options: Partial<SshdOptions>,
  use: (sshd: TestSshd, client: TestClient) => Promise<void>,
): Promise<void> {
  const client = options.client ?? makeTestClient()
  try {
    const sshd = await startSshd({ ...options, client })
    try {
      await use(sshd, client)
    } finally {
      await sshd.stop()
    }
  } finally {
    if (options.client === undefined) client.remove()
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function makeKey(path: string, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'orchestra-spec', '-f', path])
}

function stopTmuxServers(tmuxTmpdir: string): void {
  for (const folder of existsSync(tmuxTmpdir) ? readdirSync(tmuxTmpdir) : []) {
    for (const socket of readdirSync(join(tmuxTmpdir, folder))) {
      try {
        execFileSync('tmux', ['-S', join(tmuxTmpdir, folder, socket), 'kill-server'], { stdio: 'ignore' })
      } catch {
        // A socket that a server left behind.
      }
    }
  }
}

async function answers(address: string, port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${log()}`)
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address)
      socket.once('error', () => resolve(false))
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
    })
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function processes(): { pid: number; parent: number; name: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const end = stat.lastIndexOf(')')
        const parent = Number(stat.slice(end + 2).split(' ')[1])
        return [{ pid: Number(name), parent, name: stat.slice(stat.indexOf('(') + 1, end) }]
      } catch {
        return []
      }
    })
}

function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (pid > 1) process.kill(pid, signal)
  } catch {
    // Gone already.
  }
}
