/** The shipped level6.yaml on two machines that are real as far as one machine can make them: nothing that happens to links, daemons and views ends an agent. */
import { expect } from 'chai'
import { writeFileSync } from 'node:fs'
import type { AgentRow, StatusDocument } from '../../lib/core/protocol/status.js'
import { level6, makeCluster, needsCluster, type Cluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import type { Orchestra } from '../support/orchestra.js'
import { endProcess, isAlive } from '../support/processes.js'

const SESSION = 'miyabi-level6-orchestra'
const ON_MUGEN = 12
const DOWN_MS = Number(process.env['ORCHESTRA_LINK_DOWN_MS'] ?? 8000)

describe('fifteen agents on two hosts', function () {
  if (!needsCluster(this)) return
  this.timeout(120_000 + DOWN_MS)
  let cluster: Cluster
  let here: Orchestra
  let layout: string
  let atFirst: Readonly<Record<string, number | null>>
  /** The agents' own processes. */
  let programs: readonly (readonly number[])[]

  const pids = (status: StatusDocument) => Object.fromEntries(status.agents.map((a) => [a.id, a.pid]))
  const on = (status: StatusDocument, machine: string) => status.agents.filter((a) => a.machine === machine)
  const machine = (status: StatusDocument, id: string) => status.machines.find((m) => m.id === id)
  const agent = (status: StatusDocument, id: string) => status.agents.find((a) => a.id === id) as AgentRow
  const up = () => here.ok('up', layout, '-d', '--wait', '--timeout', '50s')
  const untilIdle = () =>
    here.untilStatus((status) => {
      expect([...new Set(status.agents.map((a) => a.state))]).to.deep.equal(['idle'])
      return status
    })
  /** Demo agents that run there, by the processes themselves. */
  const running = (host: string) =>
    cluster
      .host(host)
      .processes()
      .filter((p) => /^(?:\/bin\/)?sh \S*demo-agent\.sh/.test(p.args))
      .map((p) => p.pid)
  const mirror = async (id: string) => here.screen(agent(await here.status(), id).pane ?? '')

  before(async () => {
    cluster = await makeCluster(['mugen', 'majin'])
    here = cluster.orchestra
    layout = level6(here)
    await up()
    atFirst = pids(await untilIdle())
    programs = [running('mugen'), running('majin')]
  })

  after(() => cluster?.remove())

  it('each lives on its own machine, once', async () => {
    const status = await here.status()
    expect(programs.map((pids) => pids.length)).to.deep.equal([ON_MUGEN, 15 - ON_MUGEN])
    for (const host of ['mugen', 'majin']) {
      const there = new Set(
        cluster
          .host(host)
          .processes()
          .map((p) => p.pid),
      )
      expect(on(status, host).filter((a) => !there.has(a.pid ?? 0))).to.deep.equal([])
    }
    expect(here.windows(SESSION).map((w) => w.panes.length)).to.deep.equal([2, 1, 1, 1, 3, 3, 3, 1, 1, 1, 1])
    expect(machine(status, 'mugen')?.state).to.equal('online')
  })

  it('take what is typed in their mirror pane, and show it there', async () => {
    const pane = agent(await here.status(), 'CG-2').pane ?? ''
    await eventually(async () => expect(await mirror('CG-2')).to.match(/demo/i))
    here.tmux('send-keys', '-t', pane, '-l', 'echo こんにちは')
    await eventually(async () => expect(await mirror('CG-2')).to.include('echo こんにちは'))
    here.tmux('send-keys', '-t', pane, 'C-u')
  })

  it('go on when the link is gone, and are shown again after its return', async () => {
    const { network } = cluster.host('mugen')
    const before = await here.status()
    network.cut()
    const cutAt = performance.now()
    await here.untilStatus((s) => expect(machine(s, 'mugen')?.state).to.equal('offline'))
    await here.untilStatus((s) => {
      expect([...new Set(on(s, 'mugen').map((a) => a.state))]).to.deep.equal(['unknown'])
      expect([...new Set(on(s, 'majin').map((a) => a.state))]).to.deep.equal(['idle'])
      expect(s.summary.attention.map((a) => a.id)).to.include('mugen')
    })
    expect(await here.ok('status')).to.match(/mugen.*offline/)
    expect(await here.ok('send', 'CCG-2', 'sent-while-away')).to.match(/^queued \S+\n$/)
    // What is printed meanwhile is seen afterwards: the agent's own terminal, by hand.
    const tty = `/proc/${agent(before, 'CCG-1').pid}/fd/1`
    writeFileSync(tty, '\r\nprinted-while-away\r\n')
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, DOWN_MS - (performance.now() - cutAt))))
    network.mend()
    await eventually(async () => expect(await mirror('CCG-1')).to.include('printed-while-away'))
    await eventually(async () => expect(await mirror('CCG-2')).to.include('sent-while-away'))
    const status = await untilIdle()
    expect(pids(status)).to.deep.equal(atFirst)
    expect([running('mugen'), running('majin')]).to.deep.equal(programs)
    expect(status.agents.map((a) => a.generation)).to.deep.equal(before.agents.map((a) => a.generation))
    expect(
      here.tmux('display-message', '-p', '-t', agent(status, 'CCG-1').pane ?? '', '#{@orch_link}'),
    ).to.equal('\n')
  })

  it('are the same processes after kill -9 of the daemon', async () => {
    endProcess(here.daemonPid(SESSION) ?? 0)
    await up()
    expect(pids(await untilIdle())).to.deep.equal(atFirst)
    expect([running('mugen'), running('majin')]).to.deep.equal(programs)
  })

  it('are untouched when the local tmux is killed, and the view comes back', async () => {
    here.tmux('kill-server')
    await up()
    expect(here.windows(SESSION).map((w) => w.index)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(pids(await untilIdle())).to.deep.equal(atFirst)
    expect([running('mugen'), running('majin')]).to.deep.equal(programs)
    await eventually(async () => expect(await mirror('CCG-5')).to.match(/demo/i))
  })

  it('are exited by a reboot of their machine, their attempts lost, and up starts them again', async () => {
    await here.ok('run')
    const { agent: worker } = await here.untilStatus((s) => {
      const task = s.tasks.find((t) => t.id === 'Task-1')
      expect(task?.status).to.equal('IN_PROGRESS')
      return { agent: task?.agent ?? '' }
    })
    await here.ok('pause')
    const struck = agent(await here.status(), worker).machine
    await cluster.host(struck).reboot()
    const status = await here.untilStatus((s) => {
      expect(machine(s, struck)?.state).to.equal('online')
      expect([...new Set(on(s, struck).map((a) => `${a.state} ${a.reason}`))]).to.deep.equal([
        'exited reboot',
      ])
      return s
    })
    expect(status.tasks.find((t) => t.id === 'Task-1')?.attempt_status).to.equal('lost')
    for (const { pid, machine: where, id } of status.agents)
      if (where !== struck) expect(pid).to.equal(atFirst[id])
    await up()
    const again = await untilIdle()
    for (const { id, pid, machine: where } of again.agents)
      if (where === struck) expect(pid).to.not.equal(atFirst[id])
      else expect(pid).to.equal(atFirst[id])
    expect(running(struck)).to.have.length(struck === 'mugen' ? ON_MUGEN : 15 - ON_MUGEN)
  })

  it('are ended by down, on every machine, and nothing else is left', async () => {
    const last = Object.values(pids(await here.status()))
    await here.ok('down')
    await eventually(() => expect(last.filter((pid) => isAlive(pid ?? 0))).to.deep.equal([]))
    await eventually(() => expect(here.leftovers()).to.deep.equal([]))
  })
})
