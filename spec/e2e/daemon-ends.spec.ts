/** E57, E58: how the daemon and the verbs end, and what an end by force leaves to the next start. */
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'
import { isAlive } from '../support/processes.js'

const LAYOUT = `version: 1
session: ends
machines: { here: { kind: local } }
agents: { A: { type: command, command: [cat] } }
tasks: { t: { title: never ends, agent: A } }
`

describe('the end of a daemon', function () {
  let orchestra: Orchestra
  let layout: string
  let agentPid: number | null

  before(async () => {
    orchestra = new Orchestra()
    layout = orchestra.write('ends.yaml', LAYOUT)
    await orchestra.ok('up', layout, '-d', '--wait')
    agentPid = (await orchestra.status()).agents[0]?.pid ?? null
  })
  after(() => orchestra.close())

  const daemonFile = () => join(orchestra.state, 'sessions/ends/daemon.json')
  const isTheAgent = async () => {
    expect((await orchestra.status()).agents.map((agent) => agent.pid)).to.deep.equal([agentPid])
  }

  it('is not what a sweep of its files is: it is found again', async () => {
    const pid = orchestra.daemonPid('ends')
    rmSync(daemonFile())
    rmSync(join(orchestra.state, 'run'), { recursive: true })
    // Until it has found out, its store answers.
    await eventually(async () => expect((await orchestra.status()).daemon?.pid).to.equal(pid))
    expect(orchestra.daemonPid('ends')).to.equal(pid)
    await isTheAgent()
  })

  for (const signals of [['SIGTERM'], ['SIGINT', 'SIGINT'], ['SIGTERM', 'SIGTERM', 'SIGINT']] as const) {
    it(`by ${signals.join(', ')} ends it, and no agent`, async () => {
      const pid = orchestra.daemonPid('ends') ?? 0
      for (const signal of signals) if (isAlive(pid)) process.kill(pid, signal)
      await eventually(() => !isAlive(pid))
      expect(orchestra.daemonLog('ends')).not.to.match(/a bug|"level":"fatal"/)
      expect(isAlive(agentPid ?? 0)).to.equal(true)
      await orchestra.ok('up', layout, '-d', '--wait')
      await isTheAgent()
    })
  }

  it('while it starts leaves nothing that the next start would stumble over', async () => {
    for (const delay of [0, 30, 90, 200, 400]) {
      const pid = orchestra.daemonPid('ends')
      if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL')
      const starting = spawn(
        process.execPath,
        [join(orchestra.program, '../daemon.cjs'), '--layout', layout],
        {
          env: { ...orchestra.env },
          stdio: 'ignore',
        },
      )
      await new Promise((resolve) => setTimeout(resolve, delay))
      starting.kill('SIGTERM')
      await eventually(() => starting.exitCode !== null || starting.signalCode !== null)
    }
    await orchestra.ok('up', layout, '-d', '--wait')
    await isTheAgent()
  })

  it('by force leaves a stale socket and the pid of somebody else, and up starts anyway', async () => {
    const pid = orchestra.daemonPid('ends') ?? 0
    process.kill(pid, 'SIGKILL')
    await eventually(() => !isAlive(pid))
    const stale = JSON.parse(readFileSync(daemonFile(), 'utf8')) as object
    writeFileSync(daemonFile(), JSON.stringify({ ...stale, pid: process.pid }))
    await orchestra.ok('up', layout, '-d', '--wait')
    expect(orchestra.daemonPid('ends')).not.to.equal(process.pid)
    await isTheAgent()
  })

  it('is no trouble to a verb whose stdout is closed', async () => {
    for (const args of [['status'], ['events', '-n', '1000'], ['graph'], ['events', '--follow']]) {
      const child = spawn(process.execPath, [orchestra.program, ...args], {
        env: { ...orchestra.env },
        cwd: orchestra.work,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.stdout.destroy()
      if (args.includes('--follow')) {
        await orchestra.ok('submit', 'something that is printed')
        await orchestra.ok('submit', 'something more')
      }
      const isOver = () => child.exitCode !== null || child.signalCode !== null
      await eventually(isOver).finally(() => child.kill('SIGKILL'))
      expect(stderr, args.join(' ')).not.to.match(/ at .*:\d+:\d+|EPIPE/)
    }
  })
})

describe('a state directory with a long path', function () {
  it('is served through a short socket', async () => {
    const first = new Orchestra()
    const state = join(first.dir, 'a'.repeat(60), 'b'.repeat(60))
    mkdirSync(state, { recursive: true, mode: 0o700 })
    const env = { ORCHESTRA_HOME: state }
    try {
      const layout = first.write('ends.yaml', LAYOUT)
      const up = await first.run(['up', layout, '-d', '--wait'], { env })
      expect(up.stderr + String(up.code)).to.match(/0$/)
      expect((await first.run(['status'], { env })).code).to.equal(0)
      expect((await first.run(['down'], { env })).code).to.equal(0)
    } finally {
      await first.close()
    }
  })
})
