/** Reading without a daemon: after a crash and after `down` the store answers, and the first verb that needs the daemon brings it back. */
import { expect } from 'chai'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { fileMarks } from '../support/file-marks.js'
import { type Orchestra, withOrchestra } from '../support/orchestra.js'
import { endProcess, isAlive } from '../support/processes.js'

const LAYOUT = `version: 1
session: read
machines: { here: { kind: local } }
agents:
  A: { type: command, machine: here, command: [sh, -c, 'echo ready; exec cat'] }
tasks:
  count: { title: Count, type: command, command: "echo counted", verify: ["echo checked"] }
  later: { title: Later, agent: A, needs: [count], estimate: 1h }
`

const WORDS: readonly (readonly [words: string, said: RegExp])[] = [
  ['status', /1\/2 tasks/],
  ['agents', /● A|○ A|□ A/],
  ['tasks', /Count/],
  ['machines', /here/],
  ['report', /\| count \| echo checked \| ok \|/],
  ['events', /count/],
  ['events --raw', /"type":"layout.applied"/],
  ['logs count', /^counted\n\[verify 1: echo checked: passed\]\nchecked\n$/],
  ['logs A', /ready/],
  ['context later', /counted/],
  ['graph', /count .*COMPLETED/],
  ['workers', /^/],
  ['forecast', /end/],
  ['explain A', /command/],
  ['gates', /^/],
  ['phases', /^/],
  ['milestones', /^/],
  ['escalations', /^/],
]

const DOCUMENTS = ['status', 'report', 'context later', 'graph', 'forecast', 'workers', 'explain A']
/** What is asked again after `down`. */
const SOME = WORDS.filter(([words]) => /^(status|report|logs|context)/.test(words))

/** Everything that a write into the session's directory would change. */
const marks = (here: Orchestra) => fileMarks(join(here.state, 'sessions', 'read'))

async function reads(here: Orchestra, some = WORDS): Promise<void> {
  const before = marks(here)
  const runs = await Promise.all(some.map(([words]) => here.run(words.split(' '))))
  for (const [i, { code, stdout, stderr }] of runs.entries()) {
    const [words, said] = some[i] ?? ['', /^/]
    expect(code, `${words}: ${stderr}`).to.equal(0)
    expect(stdout, words).to.match(said)
    expect(stderr, words).to.match(/for session read: this is from its store, as of .* ago\)/)
  }
  for (const words of DOCUMENTS.filter((one) => some.some(([other]) => other === one)))
    expect(await here.json<object>(...words.split(' ')), words).to.have.property('daemon', null)
  expect((await here.run(['status', '--exit-code'])).code).to.equal(3)
  expect((await here.run(['tasks', 'nonsense'])).code).to.equal(2)
  expect((await here.run(['context', 'nonsense'])).code).to.equal(2)
  expect(marks(here)).to.deep.equal(before)
  expect(here.daemonPid('read') === undefined || !isAlive(here.daemonPid('read') ?? 0)).to.equal(true)
}

describe('a session without a daemon', function () {
  this.timeout(120_000)

  it('is read from its store, and its daemon comes back when a verb needs it', () =>
    withOrchestra(async (here) => {
      const layout = here.write('read.yaml', LAYOUT)
      await here.ok('up', layout, '-d', '--wait', '--run')
      const pid = await here.untilStatus(({ agents: [agent], tasks: [count] }) => {
        expect(count?.status).to.equal('COMPLETED')
        expect(agent?.pid).to.be.a('number')
        return agent?.pid ?? 0
      })
      const daemon = here.daemonPid('read') ?? 0
      endProcess(daemon)
      await eventually(() => !isAlive(daemon))
      await reads(here)

      const sent = await here.run(['send', 'A', 'back again', '--wait'])
      expect(sent.code, sent.stderr).to.equal(0)
      expect(sent.stderr).to.include('the daemon of read was started again; its agents went on')
      const { daemon: second, agents } = await here.status()
      expect(second?.pid).to.not.equal(daemon)
      expect(agents[0]?.pid).to.equal(pid)
      // The log of the agent goes on under the second daemon.
      expect((await here.ok('logs', 'A')).match(/back again/g)).to.not.equal(null)

      await here.ok('down')
      await eventually(() => expect(here.leftovers()).to.deep.equal([]))
      await reads(here, SOME)
      const { summary, agents: ended } = await here.status()
      expect(ended[0]?.state).to.equal('exited')
      expect(summary.attention.map(({ kind }) => kind)).to.not.include('agent_exited')
      // Following is refused: nothing would happen, and no daemon is started for it.
      expect((await here.run(['events', '-f'])).code).to.equal(3)
      expect((await here.run(['status', '--watch'])).code).to.equal(3)
      expect(here.daemonPid('read')).to.equal(undefined)

      const restarted = await here.run(['restart', 'A'])
      expect(restarted.code, restarted.stderr).to.equal(0)
      await here.untilStatus(({ agents: [agent] }) => expect(agent?.pid).to.be.a('number'))
      await here.ok('down')
      await eventually(() => expect(here.leftovers()).to.deep.equal([]))
    }))
})
