/** The verbs as a person or a script uses them: from this machine, from a terminal, from a phone. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { spawn, type IPty } from 'node-pty'
import type { AgentRow } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { makeTestNetwork, whyNoNetns, type TestNetwork } from '../support/netns.js'
import { Orchestra } from '../support/orchestra.js'
import { isAlive } from '../support/processes.js'
import { CompletingShell, hasShell, SHELLS } from '../support/shell-completion.js'
import { makeTestClient, startSshd, whyNoSshd, type TestClient, type TestSshd } from '../support/sshd.js'

const MCP_SERVER = `
const tools = ['read', 'write', 'list'].map((name) => ({ name, inputSchema: { type: 'object' } }))
console.error('a banner that is no message')
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line)
  const answer = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }))
  if (method === 'initialize') answer({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'tiny', version: '1' } })
  if (method === 'tools/list') answer({ tools })
})
`
const layoutOf = (mcp: string) => `version: 1
session: verbs
layers: { L1: HERE }
machines: { here: { layer: L1, code: ME, kind: local } }
agents:
  A-1: { type: demo, role: work }
  A-2: { type: command, command: [sh, -c, 'echo ready; exec cat'], role: work }
  A-3: { type: command, command: [sh, -c, 'echo going; exit 3'], role: work }
mcp_servers:
  tiny: { machine: here, command: [${process.execPath}, ${mcp}] }
  broken: { machine: here, command: [sh, -c, 'echo no such model >&2; exit 7'] }
windows:
  - { name: One, agent: A-1 }
  - { name: Two, agents: [A-2, A-3], layout: even-horizontal }
  - { name: Queue, view: queue }
tasks:
  Task-1: { title: first, role: work, agent: A-1, estimate: 1s }
`

describe('the verbs', function () {
  let here: Orchestra
  let layout: string
  const terminals: IPty[] = []
  const agent = async (id: string) => (await here.status()).agents.find((a) => a.id === id) as AgentRow

  before(async () => {
    here = new Orchestra()
    layout = here.write('orchestra.yaml', layoutOf(here.write('tiny.cjs', MCP_SERVER)))
  })
  after(async () => {
    for (const terminal of terminals) terminal.kill()
    await here.close()
  })

  /** A person's terminal in which `argv` runs. */
  function terminal(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [file = '', ...args] = argv
    const pty = spawn(file, args, {
      name: 'xterm-256color',
      cols: 120,
      rows: 40,
      cwd: here.work,
      env: { ...here.env, ...env },
    })
    terminals.push(pty)
    let seen = ''
    pty.onData((data) => (seen += data))
    const exited = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)))
    return { pty, exited, seen: () => seen }
  }
  const orchestra = (...args: string[]) => [process.execPath, here.program, ...args]

  it('up on a terminal attaches; the daemon and the agents outlive that terminal', async () => {
    const person = terminal(orchestra('up'))
    await eventually(() => expect(person.seen()).to.include('Queue'))
    await eventually(() => expect(here.tmux('list-clients', '-F', '#{client_tty}')).to.match(/pts/))
    const before = await here.untilStatus((s) => {
      expect(s.agents[0]?.pid).to.not.equal(null)
      return s
    })
    person.pty.kill('SIGHUP')
    await person.exited
    const status = await here.status()
    expect(status.daemon?.pid).to.equal(before.daemon?.pid)
    expect(isAlive(before.agents[0]?.pid ?? 0)).to.equal(true)
  })

  it('the socket is its owner’s alone, and a second daemon for the session refuses', async () => {
    const { mode } = statSync(join(here.state, 'run', 'verbs.sock'))
    expect(mode & 0o777).to.equal(0o600)
    expect(statSync(join(here.state, 'run')).mode & 0o777).to.equal(0o700)
    const second = await here.run(['daemon', '--foreground', '--layout', layout])
    expect(second.code).to.not.equal(0)
    expect(second.stderr).to.match(/in use|runs already/)
    expect(await here.ok('daemon', '--layout', layout)).to.include('runs already')
  })

  it('detaching ends attach; from inside another tmux it nests and says how to reach the prefix', async () => {
    const person = terminal(orchestra('attach', 'A-2'))
    await eventually(() =>
      expect(here.tmux('display-message', '-p', '-t', '=verbs:', '#W').trim()).to.equal('Two'),
    )
    person.pty.write('\u0002d')
    expect(await person.exited).to.equal(0)
    const outer = terminal(['tmux', '-L', 'outer', '-f', '/dev/null', 'new-session', '-s', 'outer'])
    await eventually(() => expect(outer.seen()).to.include('outer'))
    outer.pty.write(`cd ${here.work}; ${orchestra('attach').join(' ')}\r`)
    await eventually(() => expect(outer.seen()).to.include('Nested in your own tmux'))
    await eventually(() =>
      expect(here.tmux('list-clients', '-t', '=verbs', '-F', '#{client_termname}')).to.match(/tmux|screen/),
    )
    outer.pty.write('\u0002\u0002d')
    await eventually(() =>
      expect(
        here.tmux('list-clients', '-t', '=verbs', '-F', '#{?client_control_mode,,#{client_name}}').trim(),
      ).to.equal(''),
    )
    execFileSync('tmux', ['-L', 'outer', 'kill-server'], { env: { ...here.env } })
    await outer.exited
  })

  it('attaches terminals of which this machine has no description, and refuses one that draws nothing', async () => {
    const typed = () =>
      here.tmux('list-clients', '-t', '=verbs', '-F', '#{?client_control_mode,,#{client_termname}}').trim()
    for (const term of ['xterm-ghostty', 'no-such-terminal']) {
      const person = terminal(['env', `TERM=${term}`, ...orchestra('attach')])
      await eventually(() => expect(typed()).to.equal('xterm-256color'))
      await eventually(() => expect(person.seen()).to.contain(`TERM=${term}`))
      person.pty.write('\u0002d')
      expect(await person.exited).to.equal(0)
      await eventually(() => expect(typed()).to.equal(''))
    }
    const dumb = terminal(['env', 'TERM=dumb', ...orchestra('attach')])
    expect(await dumb.exited).to.equal(1)
    await eventually(() => expect(dumb.seen()).to.contain('cannot show windows (TERM=dumb)'))
  })

  it('status, agents and the MCP servers say what is, with its reason', async () => {
    const status = await here.untilStatus((s) => {
      expect(s.mcp_servers.map((m) => m.state)).to.deep.equal(['online', 'offline'])
      return s
    })
    expect(status.mcp_servers[0]?.tools).to.equal(3)
    expect(status.mcp_servers[1]?.reason).to.match(/7.*no such model/)
    await here.untilStatus((s) =>
      expect(s.agents.map((a) => a.state)).to.deep.equal(['idle', 'quiet', 'exited']),
    )
    expect(await agent('A-3')).to.include({ exit_code: 3, reason: 'exit status 3' })
    const doctor = await here.run(['doctor'])
    expect(doctor.stdout)
      .to.match(/mcp: tiny.*3 tools/)
      .and.to.match(/mcp: broken.*no such model/)
    for (const line of (await here.run(['status'], { env: { COLUMNS: '60' } })).stdout.split('\n'))
      expect(Array.from(line).length, line).to.be.at.most(60)
    expect((await here.run(['status', '--exit-code'])).code).to.equal(1)
  })

  it('logs, events and explain tell what an agent did', async () => {
    await eventually(async () => expect(await here.ok('logs', 'A-2')).to.include('ready'))
    expect(await here.ok('logs', 'A-3')).to.include('going')
    expect(await here.ok('events')).to.match(/A-3.*exit/)
    expect(await here.ok('explain', 'A-1')).to.match(/idle/)
    const follow = terminal(orchestra('events', '-f', '--json'))
    expect(await here.ok('send', 'A-2', 'hello there', '--operation-id', 'one')).to.equal('queued one\n')
    await eventually(() => expect(follow.seen()).to.include('A-2'))
    follow.pty.kill()
    await eventually(async () => expect(await here.ok('logs', 'A-2')).to.include('hello there'))
  })

  it('restart and stop concern one agent', async () => {
    const [one, two] = [await agent('A-1'), await agent('A-2')]
    await here.ok('restart', 'A-1')
    await here.untilStatus((s) => {
      const now = s.agents[0] as AgentRow
      expect(now.pid).to.be.a('number').and.not.equal(one.pid)
      expect(now.generation).to.equal(one.generation + 1)
    })
    await here.ok('stop', 'A-2')
    await here.untilStatus((s) => expect(s.agents[1]?.state).to.equal('exited'))
    expect(isAlive(two.pid ?? 0)).to.equal(false)
    const refused = await here.run(['send', 'A-2', 'hello'])
    expect([refused.code, refused.stdout]).to.deep.equal([
      1,
      'refused: A-2 is not running (orchestra restart A-2)\n',
    ])
    await here.ok('restart', 'A-2')
    await here.untilStatus((s) => expect(s.agents[1]?.state).to.equal('quiet'))
    await eventually(() => expect(here.screen('=verbs:2.1')).to.include('ready'))
    expect((await here.run(['restart', 'A-9'])).code).to.equal(2)
  })

  it('exit codes: usage 2, unreachable 3, not come 1', async () => {
    expect((await here.run(['frobnicate'])).code).to.equal(2)
    expect((await here.run(['status', '--session', 'nobody'])).code).to.equal(3)
    expect((await here.run(['wait', 'A-1', '--for', 'working', '--timeout', '1s'])).code).to.equal(1)
    expect((await here.run(['wait', 'A-1', '--for', 'idle', '--timeout', '50s'])).code).to.equal(0)
    expect((await here.run(['status', '--host', '127.0.0.1:1'])).code).to.equal(3)
  })

  it('daemon install --print names this session', async () => {
    await here.ok('up', layout, '-d')
    expect(await here.ok('daemon', 'install', '--print'))
      .to.include('verbs')
      .and.to.match(/daemon/)
  })

  for (const name of SHELLS) {
    it(`completes verbs, options, ids, layouts, sessions and states in ${name}`, async function () {
      if (!hasShell(name)) this.skip()
      await here.ok('up', layout, '-d')
      const shell = await CompletingShell.open(here, name)
      try {
        await shell.completes('orchestra statu', 'orchestra status')
        await shell.completes(
          'orchestra --session verbs --ascii statu',
          'orchestra --session verbs --ascii status',
        )
        await shell.completes('orchestra --session ver', 'orchestra --session verbs')
        await shell.completes('orchestra logs Task-', 'orchestra logs Task-1')
        await shell.completes('orchestra --session=verbs doctor he', 'orchestra --session=verbs doctor here')
        await shell.completes('orchestra wait A-1 --for worki', 'orchestra wait A-1 --for working')
        await shell.completes('orchestra graph --format m', 'orchestra graph --format mermaid')
        await shell.completes('orchestra up two-', 'orchestra up two-hosts')
      } finally {
        shell.close()
      }
    })
  }

  describe('from another machine', function () {
    const why = whyNoSshd() ?? whyNoNetns()
    if (why !== null) {
      console.log(`SKIPPED, NOT TESTED: ${this.fullTitle()}: ${why}`)
      this.pending = true
      return
    }
    let network: TestNetwork
    let client: TestClient
    let laptop: TestSshd
    let phone: Orchestra

    before(async () => {
      network = makeTestNetwork()
      client = makeTestClient()
      const address = network.address.replace(/\d+$/, '1')
      laptop = await startSshd({ client, address, port: 22, env: { ORCHESTRA_HOME: here.state } })
      phone = new Orchestra({ home: client.home })
      const name = `Host macbook\n  HostName ${address}\n  User ${laptop.user}\n`
      execFileSync('sh', ['-c', 'cat > "$1/.ssh/config"', 'sh', client.home], { input: name })
    })
    after(async () => {
      await phone.close()
      await laptop.stop()
      client.remove()
      network.remove()
    })
    const there = (...args: string[]) => phone.run(args, { prefix: network.prefix })

    it('--host and use reach the daemon over ssh', async () => {
      const status = await there('status', '--json', '--host', 'macbook')
      expect(status.stderr).to.equal('')
      expect(JSON.parse(status.stdout)).to.include({ session: 'verbs' })
      expect((await there('status')).code).to.equal(3)
      expect((await there('use', 'macbook')).code).to.equal(0)
      expect((await there('agents')).stdout).to.include('A-1')
      expect((await there('logs', 'A-2')).stdout).to.include('ready')
      expect((await there('submit', 'from the phone', '--role', 'work')).code).to.equal(0)
      expect((await there('events')).stdout).to.include('from the phone')
      expect((await here.status()).tasks.map((t) => t.title)).to.include('from the phone')
      const up = await there('up', 'local')
      expect(up.code).to.equal(2)
      expect(dirname(here.state)).to.not.equal(dirname(phone.state))
    })
  })

  // After the machine from elsewhere: mocha runs a suite's own tests first.
  describe('in the end', () => {
    it('down leaves nothing', async () => {
      await here.ok('down')
      await eventually(() => expect(here.leftovers()).to.deep.equal([]))
      expect((await here.run(['down'])).code).to.equal(3)
    })
  })
})
