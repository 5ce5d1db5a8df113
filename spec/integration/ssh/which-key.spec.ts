/** Where a key comes from, with OpenSSH as the oracle: who gets in there gets in here. Prints the table. */
import { expect } from 'chai'
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reaches, startLink, stopLinks } from '../../support/ssh-links.js'
import { makeTestClient, needsSshd, startSshd, type TestClient, type TestSshd } from '../../support/sshd.js'

/** Whether the key is in the agent, what is on the disk, and what IdentityFile names. */
interface Case {
  readonly agent: 'key' | 'empty' | 'none'
  readonly disk: 'open' | 'encrypted' | 'encrypted, no .pub' | '.pub only' | 'nothing'
  readonly names: 'the key' | 'the .pub' | 'nothing'
}

const CASES: readonly Case[] = (['key', 'empty', 'none'] as const).flatMap((agent) =>
  (['open', 'encrypted', 'encrypted, no .pub', '.pub only', 'nothing'] as const).flatMap((disk) =>
    (['the key', 'the .pub', 'nothing'] as const).map((names) => ({ agent, disk, names })),
  ),
)

describe('which key is shown', function () {
  needsSshd(this)
  this.timeout(180_000)
  let client: TestClient
  let jump: TestSshd
  let sshd: TestSshd
  let agentPid = ''
  const socket = () => join(client.home, 'agent')
  const key = () => join(client.home, '.ssh', 'work_key')

  before(async () => {
    client = makeTestClient()
    jump = await startSshd({ client })
    sshd = await startSshd({ client })
    const said = execFileSync('ssh-agent', ['-s', '-a', socket()], { encoding: 'utf8' })
    agentPid = /SSH_AGENT_PID=(\d+)/.exec(said)?.[1] ?? ''
    renameSync(client.key, join(client.home, 'kept'))
    renameSync(`${client.key}.pub`, join(client.home, 'kept.pub'))
  })
  after(async () => {
    process.kill(Number(agentPid))
    await sshd.stop()
    await jump.stop()
    client.remove()
  })
  afterEach(stopLinks)

  const env = ({ agent }: Case) => ({
    ...client.env,
    ...(agent === 'none' ? {} : { SSH_AUTH_SOCK: socket() }),
  })

  function arrange({ agent, disk, names }: Case, only: boolean, throughJump: boolean): void {
    for (const file of [key(), `${key()}.pub`]) rmSync(file, { force: true })
    execFileSync('ssh-add', ['-q', '-D'], {
      env: { ...client.env, SSH_AUTH_SOCK: socket() },
      stdio: 'ignore',
    })
    const kept = join(client.home, 'kept')
    if (agent === 'key')
      execFileSync('ssh-add', ['-q', kept], { env: { ...client.env, SSH_AUTH_SOCK: socket() } })
    if (disk !== 'nothing' && disk !== '.pub only') writeFileSync(key(), readFileSync(kept), { mode: 0o600 })
    if (disk.startsWith('encrypted'))
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'hidden words', '-f', key()], {
        stdio: 'ignore',
      })
    if (disk !== 'nothing' && disk !== 'encrypted, no .pub')
      writeFileSync(`${key()}.pub`, readFileSync(`${kept}.pub`), { mode: 0o600 })
    const identity =
      names === 'nothing' ? [] : [`  IdentityFile ${key()}${names === 'the .pub' ? '.pub' : ''}`]
    const block = (name: string, { address, port }: TestSshd, more: readonly string[] = []) =>
      [
        `Host ${name}`,
        `  HostName ${address}`,
        `  Port ${port}`,
        `  User ${sshd.user}`,
        `  UserKnownHostsFile ${client.knownHosts}`,
      ]
        .concat(`  IdentitiesOnly ${only ? 'yes' : 'no'}`, identity, more)
        .join('\n')
    writeFileSync(
      join(client.home, '.ssh', 'config'),
      `${block('gate', jump)}\n${block('work', sshd, throughJump ? ['  ProxyJump gate'] : [])}\n`,
    )
  }

  /** Nobody is there to type a passphrase. */
  function openssh(one: Case): Promise<boolean> {
    const config = join(client.home, '.ssh', 'config')
    const argv = ['-F', config, '-o', 'BatchMode=yes', 'work', 'true']
    return new Promise((resolve) => {
      execFile('ssh', argv, { env: env(one), timeout: 30_000 }, (error) =>
        resolve(error === null),
      ).stdin?.end()
    })
  }

  async function ours(one: Case): Promise<boolean> {
    const link = startLink({ host: 'work', port: null }, client, { env: env(one) })
    const { status } = await reaches(link, 'up', 'failed')
    await link.stop()
    return status === 'up'
  }

  it('is the one that OpenSSH shows', async () => {
    const rows: string[] = []
    const wrong: string[] = []
    for (const one of CASES) {
      // Without a key in the agent most of the table says the same; ORCHESTRA_WHOLE_TABLE=1 runs all of it.
      const isBrief = one.agent !== 'key' && process.env['ORCHESTRA_WHOLE_TABLE'] === undefined
      if (isBrief && (one.disk === 'nothing' || one.disk === 'encrypted, no .pub')) continue
      for (const only of isBrief ? [true] : [false, true]) {
        // A jump host asks for the same key the same way: a third of the table shows it.
        const throughJump = rows.length % 3 === 0
        arrange(one, only, throughJump)
        const [theirs, mine] = [await openssh(one), await ours(one)]
        const row = `agent: ${one.agent} | disk: ${one.disk} | named: ${one.names} | only: ${only} | jump: ${throughJump}`
        rows.push(`${row} | OpenSSH ${theirs ? 'in' : 'out'} | orchestra ${mine ? 'in' : 'out'}`)
        if (theirs !== mine) wrong.push(rows.at(-1) ?? '')
      }
    }
    console.log(rows.join('\n'))
    expect(wrong).to.deep.equal([])
    expect(rows.filter((row) => row.endsWith('orchestra in')).length).to.be.within(10, rows.length - 10)
  })
})
