/** Without a layout, a daemon or a file: agents that were started by hand, here and on hosts, one of them slow, one dead. */
import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
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
        // A server of orchestra's may have ended with `down`.
        spawnSync('tmux', ['-L', socket, 'kill-server'], { env: { ...here.env, TMUX_TMPDIR: tmpdir } })
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

  describe('then a layout without writing one', () => {
    const tmux = (where: 'here' | 'fast', ...args: string[]) =>
      execFileSync('tmux', ['-L', 'default', ...args], {
        encoding: 'utf8',
        env: {
          ...here.env,
          TMUX_TMPDIR: where === 'here' ? here.tmuxTmpdir : cluster.host('fast').sshd.tmuxTmpdir,
        },
      })
    const theirs = (where: 'here' | 'fast') =>
      tmux(
        where,
        'display-message',
        '-p',
        '-t',
        '%0',
        '#{pane_pid} #{pane_width}x#{pane_height} #{pane_dead}',
      )
    const layout = () => readFileSync(join(here.work, 'orchestra.yaml'), 'utf8')
    const row = (id: string, state: string) =>
      here.untilStatus(({ agents }) => {
        const found = agents.find((agent) => agent.id === id)
        expect(found?.state, id).to.equal(state)
        return found!
      }, 20_000)
    let before: readonly string[]
    after(() => here.run(['down']))

    it('adopts what runs, and adds one with its prompt; the file is plain to read', async () => {
      before = [theirs('here'), theirs('fast')]
      expect(await here.ok('adopt', '%0', '--as', 'mine')).to.include('%0 is mine now')
      await here.ok('adopt', 'fast:default:%0')
      expect(await here.ok('add', 'demo', 'say hello', '--name', 'new', '--role', 'talk')).to.match(
        /new {2}queued \S+/,
      )
      const pid = (where: 'here' | 'fast') => theirs(where).split(' ')[0]
      expect(layout().split('\n').slice(1)).to.deep.equal([
        'version: 1',
        'session: work',
        '',
        'machines:',
        '  here: { kind: local }',
        '  fast: { kind: ssh, host: fast }',
        '',
        'agents:',
        `  mine: { type: demo, cwd: ${here.home}, adopt: { socket: default, pane: "%0", pid: ${pid('here')} } }`,
        `  demo-1: { type: demo, machine: fast, cwd: ${cluster.host('fast').sshd.home}, adopt: { socket: default, pane: "%0", pid: ${pid('fast')} } }`,
        '  new: { type: demo, role: talk }',
        '',
      ])
      await row('mine', 'idle')
      await row('demo-1', 'idle')
      await eventually(async () => expect(await here.ok('logs', 'new')).to.include('say hello'), 20_000)
      const { steps } = await here.json<{ steps: { action: string }[] }>('plan')
      expect(steps.filter(({ action }) => action !== 'leave')).to.deep.equal([])
    })

    it('sends to an adopted one and shows its screen, whatever the size of the mirror', async () => {
      expect(await here.ok('send', 'demo-1', 'greet the world', '--wait')).to.include('delivered')
      expect(tmux('fast', 'capture-pane', '-p', '-t', '%0')).to.include('greet the world')
      await eventually(async () => expect(await here.ok('explain', 'demo-1')).to.include('greet the world'))
      expect([theirs('here'), theirs('fast')]).to.deep.equal(before)
    })

    it('gives it a task that it ends by the marker alone', async () => {
      await here.ok('submit', 'Count', '--prompt', 'count to three', '--agent', 'mine', '--estimate', '1s')
      await here.ok('run')
      const seen = await eventually(() => {
        const text = tmux('here', 'capture-pane', '-p', '-S', '-200', '-t', '%0').replace(/\s+/g, ' ')
        const nonce = /the code ([a-z2-7]{8})/.exec(text)?.[1]
        expect(nonce).to.be.a('string')
        expect(text).to.not.include('orchestra-report')
        return nonce
      }, 20_000)
      // As its model would print it.
      const tty = tmux('here', 'display-message', '-p', '-t', '%0', '#{pane_tty}').trim()
      appendFileSync(tty, `\r\nORC=${seen}=DONE\r\n`)
      await here.untilStatus(({ tasks }) => expect(tasks[0]?.status).to.equal('COMPLETED'), 20_000)
    })

    it('never restarts or ends it: not by its verbs, not by remove, not by down', async () => {
      for (const verb of ['restart', 'stop']) {
        const { code, stderr } = await here.run([verb, 'mine'])
        expect(code).to.equal(1)
        expect(stderr).to.include('orchestra remove mine')
      }
      const text = layout()
      await here.ok('remove', 'mine')
      expect(layout()).to.equal(text.replace(/ {2}mine: .*\n/, ''))
      await here.ok('down')
      expect([theirs('here'), theirs('fast')]).to.deep.equal(before)
      await here.ok('up', '-d', '--wait')
      await row('demo-1', 'idle')
    })

    it('is exited when its own program has ended, and another program there is not it', async () => {
      tmux('fast', 'respawn-pane', '-k', '-t', '%0', 'exec sleep 1000')
      await row('demo-1', 'exited')
      await here.ok('restart', 'demo-1')
      expect((await row('demo-1', 'exited')).reason).to.be.a('string')
      expect(tmux('fast', 'capture-pane', '-p', '-t', '%0').trim()).to.equal('')
    })

    it('refuses what cannot be, and leaves the file as it is', async () => {
      const text = layout()
      for (const [args, says] of [
        [['add', 'cluade'], 'did you mean claude'],
        [['add', 'demo', '--on', 'fsat'], 'did you mean fast'],
        [['add', 'demo', '--name', 'new'], 'the name of something else'],
        [['add', 'command'], 'needs a command'],
        [['remove', 'nobody'], 'no agent nobody'],
        [['adopt', '%77'], 'there is no pane %77'],
        [['adopt', 'pane'], 'is not an address'],
      ] as const) {
        const { code, stderr } = await here.run(args)
        expect(code, stderr).to.equal(2)
        expect(stderr).to.include(says)
      }
      expect(layout()).to.equal(text)
      expect(readdirSync(here.work)).to.deep.equal(['orchestra.yaml'])
    })
  })
})
