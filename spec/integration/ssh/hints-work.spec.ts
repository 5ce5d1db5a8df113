/** Every command that a refused connection names is run as it stands; then the connection is made. */
import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Link } from '../../../lib/exec/transport.js'
import { OpensshLink } from '../../../lib/ssh/openssh-link.js'
import { SshLink } from '../../../lib/ssh/ssh-link.js'
import type { SshTarget } from '../../../lib/ssh/ssh-target.js'
import { eventually } from '../../support/eventually.js'
import { commandIn, fixes } from '../../support/fix-works.js'
import type { FixName } from '../../../lib/core/fixes.js'
import { makeTestClient, needsSshd, startSshd, type TestClient, type TestSshd } from '../../support/sshd.js'

type Env = Record<string, string>

interface Ground {
  readonly client: TestClient
  /** `far`, and `hop`: another sshd, which the client knows. */
  readonly far: TestSshd
  readonly hop: TestSshd
  readonly env: Env
}

interface Trouble {
  readonly name: string
  /** Only by these; both unless it says otherwise. */
  readonly transports?: readonly (typeof TRANSPORTS)[number][]
  readonly passphrase?: string
  /** sshd_config of `far`. */
  readonly config?: readonly string[]
  readonly isKnown?: boolean
  /** Lines for `Host far`. */
  readonly settings?: (ground: Ground) => readonly string[]
  readonly target?: Partial<SshTarget>
  /** After the configuration is there. */
  readonly prepare?: (ground: Ground) => Promise<void> | void
  /** What a hint asks for in words. */
  readonly byWords?: (ground: Ground) => void
  readonly fixes: Readonly<Record<(typeof TRANSPORTS)[number], readonly FixName[]>> | readonly FixName[]
}

const TRANSPORTS = ['ssh2', 'openssh'] as const
const EMPTY = ({ far }: Ground) => writeFileSync(join(far.dir, 'authorized_keys'), '')
const letIn = ({ far, client }: Ground) =>
  appendFileSync(join(far.dir, 'authorized_keys'), readFileSync(`${client.key}.pub`))
/** Takes a line out of the client's configuration. */
const without =
  (line: string) =>
  ({ client }: Ground) => {
    const file = join(client.home, '.ssh', 'config')
    writeFileSync(file, readFileSync(file, 'utf8').replace(line, ''))
  }

const UNKNOWN: readonly Trouble[] = [
  {
    name: 'an unknown key',
    isKnown: false,
    fixes: { ssh2: fixes('ssh.scan'), openssh: fixes('ssh.accept') },
  },
  {
    name: 'an unknown key behind a jump host of the configuration',
    isKnown: false,
    settings: () => ['ProxyJump hop'],
    fixes: fixes('ssh.accept'),
  },
  {
    name: 'an unknown key behind a jump host of the layout',
    isKnown: false,
    target: { jump: { host: 'hop', user: null, port: null, identityFile: null, jump: null } },
    fixes: fixes('ssh.accept'),
  },
  {
    name: 'an unknown key under an alias',
    isKnown: false,
    settings: () => ['HostKeyAlias cluster-node'],
    fixes: fixes('ssh.accept'),
  },
  {
    name: 'a changed key',
    prepare: async ({ far, client }) => {
      await far.restart({ newHostKey: true })
      execFileSync('ssh-keygen', ['-q', '-H', '-f', client.knownHosts], { stdio: 'ignore' })
    },
    fixes: { ssh2: fixes('ssh.forget', 'ssh.scan'), openssh: fixes('ssh.drop-line', 'ssh.accept') },
  },
]
const LOGIN: readonly Trouble[] = [
  {
    name: 'a passphrase, without an ssh-agent',
    transports: ['ssh2'],
    passphrase: 'open sesame',
    fixes: fixes('ssh.start-agent'),
  },
  {
    name: 'a passphrase, and an ssh-agent without the key',
    transports: ['ssh2'],
    passphrase: 'open sesame',
    prepare: ({ env, client }) => {
      const socket = join(client.home, 'agent.sock')
      const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' })
      env['SSH_AUTH_SOCK'] = socket
      env['SSH_AGENT_PID'] = /SSH_AGENT_PID=(\d+)/.exec(said)?.[1] ?? ''
    },
    fixes: fixes('ssh.add-key'),
  },
  { name: 'no login, and no passwords', transports: ['ssh2'], prepare: EMPTY, byWords: letIn, fixes: [] },
  {
    name: 'no login',
    transports: ['openssh'],
    prepare: EMPTY,
    byWords: letIn,
    fixes: fixes('ssh.try-login'),
  },
]
const CONFIG: readonly Trouble[] = [
  {
    name: 'a configuration that ssh cannot read',
    settings: () => ['NoSuchOption yes'],
    byWords: without('NoSuchOption yes'),
    fixes: { ssh2: fixes('ssh.show-config'), openssh: fixes('ssh.try-config') },
  },
  {
    name: 'no key exchange in common',
    transports: ['openssh'],
    config: ['KexAlgorithms ecdh-sha2-nistp256'],
    settings: () => ['KexAlgorithms curve25519-sha256'],
    byWords: without('KexAlgorithms curve25519-sha256'),
    fixes: fixes('ssh.try-verbose'),
  },
]

describe('what a refused connection tells to do', function () {
  needsSshd(this)
  this.timeout(60_000)

  for (const trouble of [...UNKNOWN, ...LOGIN, ...CONFIG])
    for (const transport of trouble.transports ?? TRANSPORTS)
      it(`works: ${trouble.name}, by ${transport}`, () => tryTrouble(trouble, transport))
})

async function tryTrouble(trouble: Trouble, transport: (typeof TRANSPORTS)[number]): Promise<void> {
  const { passphrase, config = [], isKnown: known = true } = trouble
  const client = makeTestClient(passphrase === undefined ? {} : { passphrase })
  const [far, hop] = await Promise.all([
    startSshd({ client, config, known }),
    startSshd({ client, config: ['AllowTcpForwarding yes'] }),
  ])
  const env: Env = { ...client.env }
  const ground: Ground = { client, far, hop, env }
  const target: SshTarget = {
    host: 'far',
    user: null,
    port: null,
    identityFile: null,
    jump: null,
    ...trouble.target,
  }
  const options = { home: client.home, env: () => env }
  const link: Link = transport === 'ssh2' ? new SshLink(target, options) : new OpensshLink(target, options)
  let agent = 0
  try {
    const entry = (name: string, { address, port, user }: TestSshd, more: readonly string[]) =>
      [`Host ${name}`, `HostName ${address}`, `Port ${port}`, `User ${user}`, ...more, ''].join('\n  ')
    const everywhere = `Host *\n  IdentityFile ${client.key}\n  UserKnownHostsFile ${client.knownHosts}\n`
    writeFileSync(
      join(client.home, '.ssh', 'config'),
      `${entry('far', far, trouble.settings?.(ground) ?? [])}\n${entry('hop', hop, [])}\n${everywhere}`,
    )
    await trouble.prepare?.(ground)
    link.start()
    const hint = await eventually(() => {
      const { state } = link
      if (state.status !== 'failed') throw new Error(JSON.stringify(state))
      return state.hint ?? ''
    }, 20_000)
    trouble.byWords?.(ground)
    const { fixes: wanted } = trouble
    const names = 'ssh2' in wanted ? wanted[transport] : wanted
    if (names.length === 0) expect(hint).to.match(/append \S+\.pub to/)
    const askpass = join(client.home, 'askpass')
    writeFileSync(askpass, `#!/bin/sh\necho '${passphrase ?? ''}'\n`, { mode: 0o700 })
    for (const name of names) {
      const command = commandIn(hint, name)
      const asking = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' }
      const script = `${command} && echo "$SSH_AUTH_SOCK $SSH_AGENT_PID" >"$HOME/agent"`
      const ran = spawnSync('sh', ['-c', script], {
        env: passphrase === undefined ? env : { ...env, ...asking },
        encoding: 'utf8',
        timeout: 20_000,
      })
      expect(ran.status, `${command}: ${ran.stderr}`).to.equal(0)
      const [socket = '', pid = ''] = readFileSync(join(client.home, 'agent'), 'utf8').trim().split(' ')
      if (socket !== '') env['SSH_AUTH_SOCK'] = socket
      agent = Number(pid) || agent
    }
    // `orchestra up` does so.
    link.start()
    await eventually(() => expect(link.state.status, JSON.stringify(link.state)).to.equal('up'), 20_000)
  } finally {
    if (agent > 1) process.kill(agent)
    await link.stop()
    await Promise.all([far.stop(), hop.stop()])
    client.remove()
  }
}
