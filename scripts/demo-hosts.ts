/**
 * Two "machines" on this one, to try orchestra with: an sshd each on a loopback port, with its own HOME and its own tmux.
 *
 *   npx tsx scripts/demo-hosts.ts start     starts mugen and majin and says how to reach them
 *   npx tsx scripts/demo-hosts.ts stop      stops exactly these, and the tmux servers in them
 *
 * Works as any user: sshd runs as you, lets only the key made here in, and listens on 127.0.0.1 only.
 * Everything is under $ORCHESTRA_HOME/demo-hosts, or ~/.cache/orchestra-demo.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

const NAMES = ['mugen', 'majin'] as const
const SSHD_PLACES = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/opt/homebrew/sbin',
  `${process.env['PREFIX'] ?? ''}/bin`,
]
const HOME = process.env['HOME'] ?? homedir()
const STATE =
  process.env['ORCHESTRA_HOME'] === undefined
    ? join(HOME, '.cache', 'orchestra-demo')
    : join(process.env['ORCHESTRA_HOME'], 'demo-hosts')
const KEY = join(STATE, 'client_key')
const KNOWN_HOSTS = join(STATE, 'known_hosts')
const SSH_CONFIG = join(STATE, 'ssh_config')

const verb = process.argv[2] ?? 'start'
if (verb === 'start') await start()
else if (verb === 'stop') stop()
else {
  console.error('usage: demo-hosts.ts start|stop')
  process.exitCode = 2
}

async function start(): Promise<void> {
  const sshd = SSHD_PLACES.map((place) => join(place, 'sshd')).find((path) => existsSync(path))
  if (sshd === undefined) {
    console.error('No sshd is installed here. Debian and Ubuntu: sudo apt-get install openssh-server')
    process.exitCode = 1
    return
  }
  stop()
  mkdirSync(STATE, { recursive: true, mode: 0o700 })
  if (!existsSync(KEY)) makeKey(KEY)
  const hosts: { name: string; port: number }[] = []
  for (const name of NAMES) hosts.push({ name, port: await startHost(name, sshd) })
  writeFileSync(
    KNOWN_HOSTS,
    hosts.map(({ name, port }) => `[127.0.0.1]:${port} ${hostKeyOf(name)}\n`).join(''),
  )
  writeFileSync(SSH_CONFIG, hosts.map(clientConfig).join('\n'))
  console.log(`Started ${hosts.map(({ name, port }) => `${name} (127.0.0.1:${port})`).join(' and ')}.

Let orchestra (and ssh) find them by these names:

  export ORCHESTRA_SSH_CONFIG=${SSH_CONFIG}
  ssh -F "$ORCHESTRA_SSH_CONFIG" ${NAMES[0]} 'echo hello from $HOME'

or write this line at the top of ~/.ssh/config:

  Include ${SSH_CONFIG}

In a layout:

  machines:
${NAMES.map((name) => `    ${name}: { kind: ssh, host: ${name} }`).join('\n')}

Their homes: ${NAMES.map((name) => join(STATE, name, 'home')).join('  ')}
Stop them:   npx tsx scripts/demo-hosts.ts stop`)
}

async function startHost(name: string, sshd: string): Promise<number> {
  const dir = join(STATE, name)
  for (const folder of ['home', 'tmux']) mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 })
  if (!existsSync(join(dir, 'host_key'))) makeKey(join(dir, 'host_key'))
  writeFileSync(join(dir, 'authorized_keys'), readFileSync(`${KEY}.pub`), { mode: 0o600 })
  const port = await freePort()
  writeFileSync(configOf(name), serverConfig(dir, port))
  // As root sshd wants its empty directory; packages make it at boot only.
  if (userInfo().uid === 0 && process.platform === 'linux') mkdirSync('/run/sshd', { recursive: true })
  const child = spawn(sshd, ['-D', '-E', join(dir, 'sshd.log'), '-f', configOf(name)], {
    detached: true,
    stdio: 'ignore',
  })
  child.unref()
  writeFileSync(join(dir, 'sshd.pid'), String(child.pid))
  for (let attempt = 0; !(await answers(port)); attempt++) {
    if (attempt === 100 || child.exitCode !== null) {
      throw new Error(`the sshd of ${name} does not come up; see ${join(dir, 'sshd.log')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return port
}

function stop(): void {
  for (const name of NAMES) {
    stopTmux(join(STATE, name, 'tmux'))
    const pidFile = join(STATE, name, 'sshd.pid')
    if (!existsSync(pidFile)) continue
    const pid = Number(readFileSync(pidFile, 'utf8'))
    const all = processes()
    // The number may belong to somebody else by now: only a process that runs our very configuration is ours.
    if (all.some((one) => one.pid === pid && one.args.includes(configOf(name)))) {
      const ours = [pid]
      for (const parent of ours) {
        ours.push(...all.filter((one) => one.parent === parent).map((one) => one.pid))
      }
      for (const one of ours) endProcess(one)
      console.log(`Stopped ${name}.`)
    }
    rmSync(pidFile)
  }
}

function stopTmux(folder: string): void {
  for (const user of existsSync(folder) ? readdirSync(folder) : []) {
    for (const socket of readdirSync(join(folder, user))) {
      try {
        execFileSync('tmux', ['-S', join(folder, user, socket), 'kill-server'], { stdio: 'ignore' })
      } catch {
        // A socket that a server left behind.
      }
    }
  }
}

function serverConfig(dir: string, port: number): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey "${join(dir, 'host_key')}"
AuthorizedKeysFile "${join(dir, 'authorized_keys')}"
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
SetEnv HOME="${join(dir, 'home')}" TMUX_TMPDIR="${join(dir, 'tmux')}"
`
}

function clientConfig({ name, port }: { name: string; port: number }): string {
  return `Host ${name}
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile "${KEY}"
  IdentitiesOnly yes
  UserKnownHostsFile "${KNOWN_HOSTS}"
`
}

function configOf(name: string): string {
  return join(STATE, name, 'sshd_config')
}

function hostKeyOf(name: string): string {
  const words = readFileSync(join(STATE, name, 'host_key.pub'), 'utf8').split(' ')
  return words.slice(0, 2).join(' ')
}

function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'orchestra-demo', '-f', path])
}

function processes(): { pid: number; parent: number; args: string }[] {
  return execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1 << 24 })
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
      return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3] ?? '' }]
    })
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // Gone already.
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
