/** The eleven windows on this machine: what `up`, `plan` and `down` change, and what they leave alone. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { eventually } from '../support/eventually.js'
import { Orchestra } from '../support/orchestra.js'
import { endProcess, isAlive } from '../support/processes.js'

const NAMES =
  'Orchestrator CCG-1-Plan CCG-2-Review CCG-3-Test CG-1-3-Impl CG-4-6-Impl CG-7-9-Impl CCG-4-Tests CCG-5-Docs CCG-6-Config Monitor'
const SESSION = 'orchestra-local'

describe('the eleven windows on this machine', function () {
  let here: Orchestra
  let layout: string

  const shipped = () => readFileSync(join(dirname(here.program), '../layouts/local.yaml'), 'utf8')
  const up = () => here.ok('up', layout, '-d', '--wait')
  const edit = (change: (text: string) => string) =>
    here.write('layout.yaml', change(readFileSync(layout, 'utf8')))
  const pids = (status: StatusDocument) => Object.fromEntries(status.agents.map((a) => [a.id, a.pid]))
  const allThere = (status: StatusDocument) => {
    expect(status.agents.map((a) => a.pid)).to.not.include(null)
    return pids(status)
  }
  const names = () => here.windows(SESSION).map((w) => w.name)
  const panes = () => here.windows(SESSION).flatMap((w) => w.panes.map((p) => [w.index, p.id, p.pid]))

  before(async () => {
    here = new Orchestra()
    layout = here.write('layout.yaml', shipped())
    await up()
  })

  after(() => here?.close())

  it('stand in order, numbered from 1, with fifteen living agents', async () => {
    expect(here.windows(SESSION).map((w) => w.index)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(names().join(' ')).to.equal(NAMES)
    const status = await here.untilStatus((s) => {
      expect(s.agents.map((a) => a.state)).to.deep.equal(s.agents.map(() => 'idle'))
      return s
    })
    expect(status.agents).to.have.length(15)
    for (const { pid } of status.agents) expect(isAlive(pid ?? 0)).to.equal(true)
    await eventually(() => expect(here.screen(`=${SESSION}:2.1`)).to.match(/demo/i))
    await eventually(() => expect(here.screen(`=${SESSION}:11`)).to.include('CG-9'))
    await eventually(() => expect(here.screen(`=${SESSION}:1.1`)).to.include('Task-1'))
  })

  it('are left alone by a second up', async () => {
    const before = [pids(await here.status()), panes()]
    expect(await up()).to.include('nothing to do')
    expect([pids(await here.status()), panes()]).to.deep.equal(before)
  })

  it('come back by up when somebody closed one, with the same agent in it', async () => {
    const before = pids(await here.status())
    here.tmux('kill-window', '-t', `=${SESSION}:3`)
    here.tmux('kill-pane', '-t', `=${SESSION}:5.2`)
    expect(pids(await here.status())).to.deep.equal(before)
    expect(await here.ok('plan', layout)).to.match(/^\+ create .*CCG-2-Review/m)
    await up()
    expect(names().join(' ')).to.equal(NAMES)
    expect(here.windows(SESSION)[4]?.panes).to.have.length(3)
    expect(pids(await here.status())).to.deep.equal(before)
    await eventually(() => expect(here.screen(`=${SESSION}:3.1`)).to.match(/demo/i))
  })

  it('change by the difference alone, and an agent is ended only after the plan has said so', async () => {
    const before = pids(await here.status())
    edit((text) =>
      text
        .replace(/^ {2}CG-9: .*\n/m, '')
        .replace('[CG-7, CG-8, CG-9]', '[CG-7, CG-8]')
        .replace('CCG-1: { type: demo,', 'CCG-1: { type: demo, env: { DEMO_SECONDS: "9" },')
        .replace('  - { name: Monitor', '  - { name: Notes, command: [cat] }\n  - { name: Monitor'),
    )
    const plan = await here.ok('plan', layout)
    expect(plan).to.match(/^- stop agent CG-9/m)
    expect(plan).to.match(/^\+ create .*Notes/m)
    expect(plan).to.match(/^= leave agent CCG-1 .*next start/m)
    expect(pids(await here.status())).to.deep.equal(before)
    await up()
    expect(names().join(' ')).to.equal(NAMES.replace('Monitor', 'Notes Monitor'))
    expect(here.windows(SESSION).map((w) => w.index)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const { 'CG-9': removed, ...rest } = before
    await eventually(() => expect(isAlive(removed ?? 0)).to.equal(false))
    await here.untilStatus((s) => expect(pids(s)).to.deep.equal(rest))
    edit(shipped)
    await up()
    expect(names().join(' ')).to.equal(NAMES)
    const { 'CG-9': again, ...same } = await here.untilStatus(allThere)
    expect(same).to.deep.equal(rest)
    expect(again).to.not.equal(removed)
  })

  it('keep their agents when the daemon is killed', async () => {
    const before = [pids(await here.status()), panes()]
    const daemon = here.daemonPid(SESSION) ?? 0
    endProcess(daemon)
    await eventually(() => expect(isAlive(daemon)).to.equal(false))
    expect((await here.status()).daemon).to.equal(null)
    await up()
    expect(here.daemonPid(SESSION)).to.not.equal(daemon)
    expect([await here.untilStatus(allThere), panes()]).to.deep.equal(before)
    await eventually(() => expect(here.screen(`=${SESSION}:2.1`)).to.match(/demo/i))
  })

  it('keep their agents over down --keep-agents and up', async () => {
    const before = pids(await here.status())
    await here.ok('down', '--keep-agents')
    expect(here.sessions()).to.not.include(SESSION)
    for (const pid of Object.values(before)) expect(isAlive(pid ?? 0)).to.equal(true)
    await up()
    expect(await here.untilStatus(allThere)).to.deep.equal(before)
    expect(names().join(' ')).to.equal(NAMES)
  })

  it('are back after kill-server, with the same agents: those of this machine live on a server of their own', async () => {
    const before = pids(await here.status())
    here.tmux('kill-server')
    await up()
    expect(names().join(' ')).to.equal(NAMES)
    expect(await here.untilStatus(allThere)).to.deep.equal(before)
  })

  it('are back with new agents after kill-server on the agents’ server', async () => {
    const before = Object.values(pids(await here.status()))
    here.agentsTmux('kill-server')
    await eventually(() => expect(before.filter((pid) => isAlive(pid ?? 0))).to.deep.equal([]))
    await up()
    expect(names().join(' ')).to.equal(NAMES)
    const now = await here.untilStatus(allThere)
    expect(Object.values(now).filter((pid) => before.includes(pid))).to.deep.equal([])
  })

  it('are gone after down, with exactly the agents, and can be had again', async () => {
    here.tmux('new-session', '-d', '-s', 'somebody-elses', 'cat')
    const said = await here.ok('down')
    expect(said).to.include('CCG-1').and.to.include('CG-9')
    expect(here.sessions()).to.deep.equal(['somebody-elses'])
    await up()
    await here.untilStatus(allThere)
    await here.ok('down')
    expect(here.sessions()).to.deep.equal(['somebody-elses'])
    here.tmux('kill-server')
    await eventually(() => expect(here.leftovers()).to.deep.equal([]))
  })
})
