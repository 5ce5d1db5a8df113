/** Without a layout, a daemon or a file: agents that were started by hand, here and on hosts, one of them slow, one dead. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { LookDocument } from '../../lib/core/protocol/look.js'
import { makeCluster, needsCluster, type Cluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import type { Orchestra } from '../support/orchestra.js'

const DEMO = resolve(import.meta.dirname, '../../lib/agents/host/demo-agent.sh')

describe('a look around', function () {
  if (!needsCluster(this)) return
  this.timeout(60_000)
  let cluster: Cluster
  let here: Orchestra

  /** By hand, as a person does, in the tmux of that machine. */
  const start = (tmpdir: string, home: string, socket: string, session: string, command: string) =>
    execFileSync(
      'tmux',
      ['-L', socket, '-f', '/dev/null', 'new-session', '-d', '-s', session, '-x', '90', '-y', '30', command],
      {
        env: { PATH: here.env['PATH'], HOME: home, TMUX_TMPDIR: tmpdir, LANG: 'C.UTF-8', SHELL: '/bin/sh' },
        cwd: home,
      },
    )
  const look = async (...args: string[]) => {
    const { code, stdout, stderr, ms } = await here.run(['look', '--json', ...args])
    expect(code, stderr).to.equal(0)
    return { ...(JSON.parse(stdout) as LookDocument), ms }
  }

  before(async () => {
    cluster = await makeCluster(['fast', 'slow', 'dead'])
    here = cluster.orchestra
    const { sshd } = cluster.host('fast')
    const asks = `printf 'Overwrite it? [y/N] '; read -r x; exec sleep 1000`
    start(here.tmuxTmpdir, here.home, 'default', 'mine', `sh ${DEMO}`)
    start(here.tmuxTmpdir, here.home, 'work', 'a|b', `ln -s /bin/sh aider; exec ./aider -c "${asks}"`)
    start(sshd.tmuxTmpdir, sshd.home, 'default', 'remote', `exec sh ${DEMO}`)
    start(sshd.tmuxTmpdir, sshd.home, 'default', 'shell', 'exec sleep 1000')
    start(sshd.tmuxTmpdir, sshd.home, 'other', 'nested', `sh -c 'sh ${DEMO}; true'`)
    cluster.host('slow').sshd.freeze()
    await cluster.host('dead').sshd.halt()
  })
  after(async () => {
    cluster.host('slow').sshd.thaw()
    for (const tmpdir of [here.tmuxTmpdir, cluster.host('fast').sshd.tmuxTmpdir])
      for (const socket of readdirSync(join(tmpdir, `tmux-${process.getuid?.()}`)))
        execFileSync('tmux', ['-L', socket, 'kill-server'], { env: { ...here.env, TMUX_TMPDIR: tmpdir } })
    await cluster.remove()
  })

  it('finds each agent with state, question and address, names the hosts that did not answer, and says so in words', async () => {
    let said = ''
    const doc = await eventually(async () => {
      const [seen, words] = await Promise.all([look(), here.ok('look')])
      said = words
      expect(
        seen.agents.map(({ address, program, state }) => [address, program, state]),
      ).to.have.deep.members([
        ['work:%0', 'aider', 'waiting'],
        ['%0', 'demo-agent.sh', 'idle'],
        ['fast:default:%0', 'demo-agent.sh', 'idle'],
        ['fast:other:%0', 'demo-agent.sh', 'idle'],
      ])
      return seen
    }, 20_000)
    expect(doc.agents[0]).to.include({
      host: null,
      type: 'command',
      text: 'Overwrite it? [y/N]',
      session: 'a|b',
      cwd: here.home,
      managed: null,
    })
    expect(doc.agents[0]?.age_s).to.be.a('number')
    expect(doc.machines.map(({ host, state, agents }) => [host, state, agents])).to.deep.equal([
      [null, 'answered', 2],
      ['fast', 'answered', 2],
      ['slow', 'slow', 0],
      ['dead', 'unreachable', 0],
    ])
    expect(said).to.match(/◐ waiting +\d+s +aider +work:%0/)
    expect(said).to.include('  Overwrite it? [y/N]\n')
    expect(said).to.match(/4 agents on 4 machines in \d\.\d s, 1 waits for you/)
    expect(said).to.match(/slow slow: it has not answered in time/)
    expect(said).to.match(/dead unreachable: /)
  })

  it('looks where it is told to', async () => {
    const { machines, agents } = await look('fast')
    expect(machines.map(({ host }) => host)).to.deep.equal(['fast'])
    expect(agents).to.have.length(2)
    expect((await look('local', 'no/host')).machines.map(({ state }) => state)).to.deep.equal([
      'answered',
      'unreachable',
    ])
  })

  it('writes nothing, starts nothing', () => {
    expect(readdirSync(here.home).toSorted()).to.deep.equal(['.ssh', 'aider'])
    expect(readdirSync(join(here.home, '.ssh')).toSorted()).to.deep.equal([
      'config',
      'id_ed25519',
      'id_ed25519.pub',
      'known_hosts',
    ])
    expect(readdirSync(here.dir).toSorted()).to.deep.equal(['tmux', 'work'])
    expect(readdirSync(cluster.host('fast').sshd.home)).to.deep.equal(['miyabi-private'])
  })
})
