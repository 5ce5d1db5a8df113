/** About other machines: behind a real sshd. `ssh` reads the client's own configuration, as a person's does. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { SshLink } from '../../lib/ssh/ssh-link.js'
import { eventually } from '../support/eventually.js'
import { commandIn, fixWorks, onATerminal, withOrchestraOnPath, type Follow } from '../support/fix-works.js'
import { Orchestra } from '../support/orchestra.js'
import { makeTestClient, needsSshd, startSshd, type TestClient, type TestSshd } from '../support/sshd.js'

interface Rig {
  readonly here: Orchestra
  readonly client: TestClient
  readonly far: TestSshd
  readonly env: Readonly<Record<string, string>>
  /** Where descriptions of terminals are installed on `far`. */
  readonly terminfo: string
}

interface RigOptions {
  readonly passphrase?: string
  readonly known?: boolean
  readonly config?: readonly string[]
  readonly prefix?: readonly string[]
}

const isRoot = userInfo().uid === 0

async function withRig(use: (rig: Rig) => Promise<void>, options: RigOptions = {}): Promise<void> {
  const { passphrase, known = true, config = [], prefix = [] } = options
  const client = makeTestClient(passphrase === undefined ? {} : { passphrase })
  const own = withOrchestraOnPath({ PATH: process.env['PATH'] ?? '' })
  // tic of root would write to a directory of the whole machine.
  const terminfo = join(client.home, 'terminfo-there')
  const far = await startSshd({
    client,
    known,
    config,
    prefix,
    env: { PATH: own['PATH'] ?? '', TERMINFO: terminfo },
  })
  const here = new Orchestra({ env: { HOME: client.home } })
  here.grounds.push(far.dir)
  const ssh = join(client.home, '.ssh', 'config')
  writeFileSync(
    ssh,
    `Host far\n  HostName ${far.address}\n  Port ${far.port}\n  User ${far.user}\nHost *\n  IdentityFile ${client.key}\n  UserKnownHostsFile ${client.knownHosts}\n`,
  )
  const bin = join(here.dir, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${ssh}' "$@"\n`, { mode: 0o755 })
  const env = { ...here.env, PATH: `${bin}:${here.env['PATH'] ?? ''}`, SHELL: '/bin/sh' }
  try {
    await use({ here, client, far, env, terminfo })
  } finally {
    await here.run(['down'])
    await here.close()
    await far.stop()
    client.remove()
  }
}

const layoutOf = (machine: string) => `version: 1
session: fix
machines: { here: { kind: local }, far: ${machine} }
agents: { A: { type: command, machine: far, command: [cat] } }
`

describe('the commands that are printed about other machines', function () {
  needsSshd(this)
  this.timeout(120_000)

  fixWorks('host.by-hand', 'it answers no longer', (follow) =>
    withRig(async ({ here, far, client, env }) => {
      const machine = `{ kind: ssh, host: ${far.address}, port: ${far.port}, user: ${far.user}, identity_file: ${client.key} }`
      await far.halt()
      here.write('orchestra.yaml', layoutOf(machine))
      await here.ok('up', '-d')
      const printed = await eventually(async () => {
        const { stdout } = await here.run(['doctor', 'far'])
        expect(stdout).to.include('by hand')
        return stdout
      }, 30_000)
      const ground = { env, cwd: here.work }
      expect((await follow(printed, ground, { stdin: 'echo reached' })).output).to.match(/refused/)
      await far.start()
      expect((await follow(printed, ground, { stdin: 'echo reached\n' })).output).to.include('reached')
    }),
  )

  fixWorks('host.up', '`up` of another machine', (follow) =>
    withRig(async ({ here, far, env }) => {
      for (const name of ['far', `${far.user}@${far.address}:${far.port}`]) {
        const { stderr } = await here.run(['up', 'local', '--host', name], { env })
        const { code, output } = await follow(stderr, { env, cwd: here.work })
        expect(code, output).to.equal(0)
      }
      expect(await here.ok('status', '--host', 'far')).to.include('demo')
      await here.ok('down', '--host', 'far')
    }),
  )

  fixWorks('host.attach', '`attach` to another machine', (follow) =>
    withRig(async ({ here, env }) => {
      const { output } = await onATerminal(
        'ssh far orchestra up local -d; echo done',
        { env, cwd: here.work },
        (screen) => eventually(() => expect(screen()).to.include('done'), 20_000),
      )
      const { stderr } = await here.run(['attach', '--host', 'far'], { env })
      expect(stderr, output).to.include('ssh -t')
      await follow(
        stderr,
        { env, cwd: here.work },
        {
          onTerminal: (screen) => eventually(() => expect(screen()).to.include('\u001b[?1049h'), 20_000),
        },
      )
      await here.ok('down', '--host', 'far')
    }),
  )

  fixWorks('ssh.fingerprint', 'its key is not known', (follow) =>
    withRig(
      async ({ here, client, far, env }) => {
        const hint = await refusalOf(linkTo(far, client))
        // On the machine itself its key stands where sshd has it by default.
        const keys = mkdtempSync(join(tmpdir(), 'orc-keys-'))
        copyFileSync(`${far.hostKeyFile}.pub`, join(keys, 'ssh_host_ed25519_key.pub'))
        const bin = join(here.dir, 'there')
        mkdirSync(bin)
        const there = `#!/bin/sh\nexec unshare --mount /bin/sh -c 'mount --bind "$0" /etc/ssh; exec /bin/sh "$@"' '${keys}' "$@"\n`
        writeFileSync(join(bin, 'sh'), there, { mode: 0o755 })
        const done = await follow(hint.hint, {
          env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
          cwd: '/',
        })
        rmSync(keys, { recursive: true })
        expect(done.output).to.include(/SHA256:\S+/.exec(hint.reason)?.[0])
      },
      { known: false },
    ),
  )

  fixWorks('ssh.up-again', 'a key wants its passphrase', (follow) => passphrase(follow))

  fixWorks('ssh.list-keys', 'the ssh-agent is gone', (follow) =>
    withRig(async ({ here, client, far, env }) => {
      const socket = join(client.home, 'agent.sock')
      writeFileSync(join(far.dir, 'authorized_keys'), '')
      const hint = await refusalOf(linkTo(far, client, { SSH_AUTH_SOCK: join(client.home, 'gone.sock') }))
      const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' })
      try {
        const living = { ...env, SSH_AUTH_SOCK: socket }
        execFileSync('ssh-add', ['-q', client.key], { env: living, stdio: 'ignore' })
        expect((await follow(hint.hint, { env: living, cwd: here.work })).output).to.include('ED25519')
      } finally {
        process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]))
      }
    }),
  )

  fixWorks('ssh.make-key', 'there is no key', (follow) => password(follow, 'make'))
  fixWorks('ssh.copy-key', 'there is no key that is let in', (follow) => password(follow, 'copy'))

  fixWorks('terminal.describe', 'this machine does not know the terminal', (follow) =>
    withRig(async ({ here, far, env, terminfo }) => {
      const local = mkdtempSync(join(here.dir, 'laptop-'))
      const laptop = { ...env, HOME: local, TERMINFO: join(local, 'terminfo') }
      const described = execFileSync('infocmp', ['-x', 'xterm-256color'], { encoding: 'utf8' })
      execFileSync('tic', ['-x', '-'], {
        env: laptop,
        input: described.replace(/^xterm-256color[^,]*/m, 'xterm-kitty-own|as a terminal brings it'),
      })
      const there = withOrchestraOnPath({
        ...here.env,
        HOME: far.home,
        TERMINFO: terminfo,
        TERM: 'xterm-kitty-own',
      })
      await here.ok('up', 'local', '-d')
      const attach = (wanted: RegExp) =>
        onATerminal('orchestra attach', { env: there, cwd: here.work }, (screen) =>
          eventually(() => expect(screen()).to.match(wanted), 20_000),
        )
      const { output } = await attach(/no description of your terminal/)
      const fill = { 'THIS-MACHINE': 'far' }
      expect((await follow(output.replaceAll('\r', ''), { env: laptop, cwd: '/' }, { fill })).code).to.equal(
        0,
      )
      expect((await attach(/\u001b\[\?1049h/)).output).to.not.include('no description')
    }),
  )
})

/** A host whose password is known, in a mount namespace of its own. */
async function password(follow: Follow, which: 'make' | 'copy'): Promise<void> {
  if (!isRoot) throw new Error('a host that takes passwords wants root')
  const dir = mkdtempSync(join(tmpdir(), 'orc-shadow-'))
  const hash = execFileSync('openssl', ['passwd', '-6', 'open sesame'], { encoding: 'utf8' }).trim()
  const shadow = join(dir, 'shadow')
  const lines = readFileSync('/etc/shadow', 'utf8').replace(/^root:[^:]*:/m, `root:${hash}:`)
  writeFileSync(shadow, lines, { mode: 0o600 })
  const prefix = ['unshare', '--mount', 'sh', '-c', `mount --bind '${shadow}' /etc/shadow; exec "$0" "$@"`]
  const config = ['PasswordAuthentication yes', 'PermitRootLogin yes']
  const client = makeTestClient()
  const far = await startSshd({ client, config, prefix })
  try {
    writeFileSync(join(far.dir, 'authorized_keys'), '')
    mkdirSync(join(far.home, '.ssh'), { mode: 0o700 })
    symlinkSync(join(far.dir, 'authorized_keys'), join(far.home, '.ssh', 'authorized_keys'))
    for (const file of [client.key, `${client.key}.pub`]) rmSync(file)
    writeFileSync(
      join(client.home, '.ssh', 'config'),
      `Host *\n  UserKnownHostsFile ${client.knownHosts}\n  IdentityFile ${client.key}\n`,
    )
    const { hint } = await refusalOf(linkTo(far, client))
    const askpass = join(dir, 'askpass')
    const answers = `case "$1" in *assphrase*) echo;; *) echo 'open sesame';; esac`
    writeFileSync(askpass, `#!/bin/sh\n${answers}\n`, { mode: 0o700 })
    const bin = join(dir, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${client.home}/.ssh/config' "$@"\n`, {
      mode: 0o755,
    })
    const env = {
      ...client.env,
      PATH: `${bin}:${client.env['PATH'] ?? ''}`,
      SSH_ASKPASS: askpass,
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: ':0',
    }
    const order =
      which === 'make'
        ? { after: commandIn(hint, 'ssh.copy-key') }
        : { before: commandIn(hint, 'ssh.make-key') }
    const { code, output } = await follow(hint, { env, cwd: '/' }, order)
    expect(code, output).to.equal(0)
    const up = linkTo(far, client)
    up.start()
    await eventually(() => expect(up.state.status, JSON.stringify(up.state)).to.equal('up'), 20_000)
    await up.stop()
  } finally {
    await far.stop()
    client.remove()
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Refused {
  readonly hint: string
  readonly reason: string
}

async function refusalOf(link: SshLink): Promise<Refused> {
  try {
    link.start()
    return await eventually(() => {
      const { state } = link
      if (state.status !== 'failed') throw new Error(JSON.stringify(state))
      return { hint: state.hint ?? '', reason: state.reason }
    }, 20_000)
  } finally {
    await link.stop()
  }
}

const linkTo = (far: TestSshd, client: TestClient, more: Record<string, string> = {}) =>
  new SshLink(
    { ...far.target, identityFile: client.key },
    { home: client.home, env: () => ({ ...client.env, ...more }) },
  )

async function passphrase(follow: Follow): Promise<void> {
  await withRig(
    async ({ here, client, env }) => {
      here.write('orchestra.yaml', layoutOf('{ kind: ssh, host: far }'))
      await here.ok('up', '-d')
      const reason = await here.untilStatus(({ machines }) => {
        const text = machines.find(({ id }) => id === 'far')?.reason ?? ''
        expect(text).to.include('ssh-add')
        return text
      })
      const askpass = here.write('askpass', "#!/bin/sh\necho 'open sesame'\n")
      chmodSync(askpass, 0o700)
      const asking = { ...env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' }
      const agent = join(here.dir, 'agent-pid')
      // From that shell, as it says.
      const before = `eval "$(ssh-agent)"; ssh-add '${client.key}'; echo "$SSH_AGENT_PID" >'${agent}'`
      try {
        const { code, output } = await follow(reason, { env: asking, cwd: here.work }, { before })
        expect(code, output).to.equal(0)
        await here.untilStatus(({ machines }) =>
          expect(
            machines.find(({ id }) => id === 'far'),
            output + JSON.stringify(machines),
          ).to.include({ state: 'online' }),
        )
        await here.ok('down')
      } finally {
        process.kill(Number(readFileSync(agent, 'utf8')))
      }
    },
    { passphrase: 'open sesame' },
  )
}
