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
  readonly commands: RegExp
}

const TRANSPORTS = ['ssh2', 'openssh'] as const
const UNKNOWN: readonly Trouble[] = [
  { name: 'an unknown key', isKnown: false, commands: /ssh-keyscan|accept-new/ },
  {
    name: 'an unknown key behind a jump host of the configuration',
    isKnown: false,
    settings: () => ['ProxyJump hop'],
    commands: /accept-new/,
  },
  {
    name: 'an unknown key behind a jump host of the layout',
    isKnown: false,
    target: { jump: { host: 'hop', user: null, port: null, identityFile: null, jump: null } },
    commands: /ProxyJump=hop/,
  },
  {
    name: 'an unknown key under an alias',
    isKnown: false,
    settings: () => ['HostKeyAlias cluster-node'],
    commands: /accept-new/,
  },
  {
    name: 'a changed key',
    prepare: async ({ far, client }) => {
      await far.restart({ newHostKey: true })
      execFileSync('ssh-keygen', ['-q', '-H', '-f', client.knownHosts], { stdio: 'ignore' })
    },
    commands: /ssh-keygen -R|sed -i/,
  },
]
const LOGIN: readonly Trouble[] = [
  {
    name: 'a passphrase, without an ssh-agent',
    transports: ['ssh2'],
    passphrase: 'open sesame',
    commands: /eval "\$\(ssh-agent\)"; ssh-add/,
  },
  {
    name: 'no login, and no passwords',
    transports: ['ssh2'],
    prepare: ({ far }) => writeFileSync(join(far.dir, 'authorized_keys'), ''),
    byWords: ({ far, client }) =>
      appendFileSync(join(far.dir, 'authorized_keys'), readFileSync(`${client.key}.pub`)),
    commands: /append \S+\.pub to/,
  },
]

/** The commands of a hint: behind a colon, up to a semicolon and the next words, or the end. */
function commandsOf(hint: string): string[] {
  return [...hint.matchAll(/: ((?:ssh|ssh-\w+|sed|eval) .*?)(?=; (?:compare|then)|$)/g)].map(
    ([, command = '']) => command,
  )
}

describe('what a refused connection tells to do', function () {
  needsSshd(this)
  this.timeout(60_000)

  for (const trouble of [...UNKNOWN, ...LOGIN])
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
    expect(hint).to.match(trouble.commands)
    trouble.byWords?.(ground)
    const askpass = join(client.home, 'askpass')
    writeFileSync(askpass, `#!/bin/sh\necho '${passphrase ?? ''}'\n`, { mode: 0o700 })
    for (const command of commandsOf(hint)) {
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
    if (trouble.byWords === undefined) expect(commandsOf(hint), hint).to.not.deep.equal([])
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
