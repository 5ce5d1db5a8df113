/** What is done without a daemon, or against one of another version: agents live on, and are still ours. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serveApi } from '../../lib/api/server.js'
import { eventually } from '../support/eventually.js'
import { servedApi } from '../support/served-api.js'
import { type Orchestra, withOrchestra } from '../support/orchestra.js'
import { isAlive } from '../support/processes.js'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const SOURCES = resolve(import.meta.dirname, '../../lib/cli/main.ts')

const layoutOf = (machine = 'here', entry = '') => `version: 1
session: away
machines: { here: { kind: local }${machine === 'here' ? '' : `, ${machine}: ${entry}`} }
agents: { A: { type: command, machine: ${machine}, command: [cat] } }
tasks: { later: { title: later, agent: A, estimate: 1h } }
`

const pidOf = (orchestra: Orchestra) =>
  orchestra.untilStatus(({ agents: [agent] }) => {
    expect(agent?.pid).to.be.a('number')
    expect(agent?.state).to.be.oneOf(['quiet', 'working'])
    return agent?.pid ?? 0
  }, 30_000)

describe('a session whose daemon is away', function () {
  this.timeout(120_000)

  for (const [how, leave] of [
    ['down --keep-agents', (orchestra: Orchestra) => orchestra.ok('down', '--keep-agents')],
    [
      'the daemon was killed',
      async (orchestra: Orchestra) => {
        const daemon = orchestra.daemonPid('away') ?? 0
        process.kill(daemon, 'SIGKILL')
        await eventually(() => !isAlive(daemon))
      },
    ],
  ] as const) {
    it(`is ended by down, with its agents, after ${how}`, () =>
      withOrchestra(async (orchestra) => {
        const layout = orchestra.write('away.yaml', layoutOf())
        await orchestra.ok('up', layout, '-d', '--wait', '--run')
        const pid = await pidOf(orchestra)
        await leave(orchestra)
        expect(isAlive(pid)).to.equal(true)
        expect((await orchestra.status()).daemon).to.equal(null)
        expect(await orchestra.ok('down')).to.include('Agents stopped: A')
        await eventually(() => !isAlive(pid))
        await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
        // Nothing is left to be ended: there is just no daemon.
        expect((await orchestra.run(['down'])).code).to.equal(3)
      }))
  }

  it('is told by every verb to be stopped, with what helps, and goes on afterwards', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('away.yaml', layoutOf())
      await orchestra.ok('up', layout, '-d', '--wait')
      const pid = orchestra.daemonPid('away') ?? 0
      process.kill(pid, 'SIGSTOP')
      try {
        const verbs = ['status', 'agents', 'send A hi', 'pause', 'events', 'wait A --for exited', 'logs A -f', 'plan away.yaml', 'up away.yaml -d', 'run --wait', 'graph', 'down'] // prettier-ignore
        const ends = await Promise.all(
          verbs.map((verb) => orchestra.run(verb.split(' '), { timeoutMs: 40_000 })),
        )
        for (const [i, { code, stderr }] of ends.entries()) {
          expect(code, `${verbs[i]}: ${stderr}`).to.equal(3)
          expect(stderr, verbs[i])
            .to.contain(`the daemon (pid ${pid}, stopped) does not answer`)
            .and.contain(`kill -CONT ${pid}`)
        }
      } finally {
        process.kill(pid, 'SIGCONT')
      }
      expect(orchestra.daemonPid('away')).to.equal(pid)
      await pidOf(orchestra)
      await orchestra.ok('down')
    }))

  describe('with a machine elsewhere', function () {
    needsSshd(this)

    it('finds its agents when the machine is called otherwise, whatever is started anew', () =>
      withRunRig(1, async ({ orchestra, machines }) => {
        const entry = machines.trim().slice('h1: '.length)
        const old = orchestra.write('away.yaml', layoutOf('h1', entry))
        await orchestra.ok('up', old, '-d', '--wait')
        const pid = await pidOf(orchestra)
        await orchestra.ok('down', '--keep-agents')

        const renamed = orchestra.write('away.yaml', layoutOf('box', entry))
        const cold = await orchestra.run(['plan', renamed])
        expect(cold.stderr).to.include('are left')
        const up = await orchestra.run(['up', renamed, '-d', '--wait'])
        expect(up.stderr).to.include('A is alive on h1, which is not in the layout any more')
        expect(await pidOf(orchestra)).to.equal(pid)
        const plan = await orchestra.ok('plan', renamed)
        expect(plan.replace(/\s+/g, ' ')).to.include('alive on h1, which is not in the layout any more')

        // Another daemon, that has seen nothing but the new name.
        const daemon = orchestra.daemonPid('away') ?? 0
        process.kill(daemon, 'SIGKILL')
        await eventually(() => !isAlive(daemon))
        await orchestra.ok('up', renamed, '-d', '--wait')
        expect(await pidOf(orchestra)).to.equal(pid)

        await orchestra.ok('restart', 'A')
        await orchestra.untilStatus(({ agents: [agent] }) => {
          expect(agent).to.include({ machine: 'box', generation: 2 })
          expect(agent?.pid).to.be.a('number').and.not.equal(pid)
        }, 30_000)
        expect(isAlive(pid)).to.equal(false)
        await orchestra.ok('down')
        await eventually(() => expect(orchestra.leftovers()).to.deep.equal([]))
      }))
  })
})

describe('a daemon of another version', function () {
  this.timeout(60_000)

  it('is told of by up, and by whatever it does not understand', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('away.yaml', layoutOf())
      await orchestra.ok('up', layout, '-d', '--wait')
      const other = (...args: string[]) =>
        spawnSync(process.execPath, ['--import', 'tsx', SOURCES, ...args], {
          cwd: resolve(SOURCES, '../../..'),
          env: { ...orchestra.env, ORCHESTRA_VERSION: '9.9.9' },
          encoding: 'utf8',
        })
      const up = other('up', layout, '-d')
      expect(up.stderr).to.match(
        /The daemon is version \d+\.\d+\.\d+\S*, this is 9\.9\.9\. .*down --keep-agents/,
      )
      expect(up.status).to.equal(0)
      await orchestra.ok('down')
    }))

  it('that knows less, or more, is no riddle', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('away.yaml', layoutOf())
      await orchestra.ok('up', layout, '-d', '--wait')
      const file = join(orchestra.state, 'sessions/away/daemon.json')
      expect(existsSync(file)).to.equal(true)
      const known = JSON.parse(readFileSync(file, 'utf8')) as object
      // One that answers no request of ours as we know it, under the name of the session.
      const socket = join(orchestra.dir, 'other.sock')
      const api = await serveApi(servedApi({}, { version: '9.9.9' }), socket)
      try {
        await orchestra.ok('down')
        mkdirSync(join(file, '..'), { recursive: true })
        writeFileSync(file, JSON.stringify({ ...known, pid: process.pid, socket, version: '9.9.9' }))
        const asked = await orchestra.run(['status'])
        expect(asked.code).to.not.equal(0)
        expect(asked.stderr).to.include('The daemon is version 9.9.9')
      } finally {
        await api.close()
      }
    }))
})
