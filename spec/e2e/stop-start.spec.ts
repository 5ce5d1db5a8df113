/** No two processes of one agent, or of one task, are at work at one time: here and on a host, whatever they ignore. */
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lives, overlaps, writeBeater } from '../support/beat-ledger.js'
import { makeCluster, needsCluster, type Cluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import { endProcess, isAlive, processesNaming } from '../support/processes.js'

const SESSION = 'overlap'
const AGENTS = ['K-1', 'K-2']

describe('what is stopped and started again', function () {
  this.timeout(120_000)
  if (!needsCluster(this)) return
  let cluster: Cluster
  let beater: string
  let [full, less] = ['', '']

  const at = (name: string) => join(cluster.orchestra.dir, name)
  const up = (layout = full, ...more: string[]) => cluster.orchestra.ok('up', layout, '-d', '--wait', ...more)
  /** Of the agent, and of what it started in a session of its own. */
  const ledgers = (id: string) => [at(`${id}.own`), at(`${id}.left`)]
  const now = (ledger: string) => lives(ledger).filter(({ pid }) => isAlive(Number(pid)))
  const allWork = () =>
    eventually(() => {
      for (const id of AGENTS) for (const ledger of ledgers(id)) expect(now(ledger), ledger).to.have.length(1)
    }, 30_000)
  const noOverlap = () =>
    expect(
      AGENTS.flatMap(ledgers).flatMap((ledger) => overlaps(ledger).map((two) => `${ledger}: ${two}`)),
    ).to.deep.equal([])

  const agent = (id: string, machine: string, more = '') => {
    const [own, left] = ledgers(id)
    const command = `["sh", "-c", "setsid sh ${beater} ${left} & exec sh ${beater} ${own}"]`
    return `  ${id}: { type: command, machine: ${machine}, command: ${command}, restart: always${more} }\n`
  }
  const layout = (name: string, agents: string, tasks = '') =>
    cluster.orchestra.write(
      name,
      `version: 1
session: ${SESSION}
machines: { here: { kind: local }, mugen: { kind: ssh, host: mugen } }
agents:
  A-1: { type: command, machine: here, command: [cat] }
${agents}${tasks}`,
    )

  before(async () => {
    cluster = await makeCluster(['mugen'])
    beater = writeBeater(cluster.orchestra.dir)
    full = layout('full.yaml', agent('K-1', 'here') + agent('K-2', 'mugen'))
    less = layout('less.yaml', '')
    await up()
    await allWork()
  })
  after(() => cluster?.remove())

  it('is `stopping` while it is taken out, and runs again when it is put back meanwhile', async () => {
    await cluster.orchestra.ok('up', less, '-d')
    const states = (await cluster.orchestra.status()).agents.map(({ id, state }) => `${id} ${state}`)
    expect(states).to.include('K-1 stopping')
    await up()
    await allWork()
    const { agents } = await cluster.orchestra.status()
    expect(
      agents.filter(({ id }) => AGENTS.includes(id)).map((a) => `${a.id} ${a.generation}`),
    ).to.deep.equal(['K-1 2', 'K-2 2'])
    noOverlap()
  })

  it('is gone when `down` says so', async () => {
    const said = await cluster.orchestra.ok('down')
    const left = AGENTS.flatMap(ledgers).flatMap(now)
    expect(left).to.deep.equal([])
    expect(said).to.include('K-1').and.to.include('K-2')
    await up()
    await allWork()
    noOverlap()
  })

  it('waits for a `down` that is under way', async () => {
    const down = cluster.orchestra.run(['down'])
    const results = [down, ...[1, 2].map(() => cluster.orchestra.run(['up', full, '-d', '--wait']))]
    await Promise.all(results)
    await up()
    await allWork()
    noOverlap()
  })

  it('was not begun twice when the daemon is killed in the middle', async () => {
    for (const id of AGENTS) await cluster.orchestra.ok('restart', id)
    endProcess(cluster.orchestra.daemonPid(SESSION) ?? 0)
    await up()
    await allWork()
    noOverlap()
  })

  it('is not joined by its successor when launcher and watcher are killed', async () => {
    const before = AGENTS.flatMap(ledgers)
      .flatMap(now)
      .map(({ pid }) => pid)
    const launchers = [cluster.orchestra.dir, cluster.host('mugen').sshd.dir]
      .flatMap((dir) => processesNaming(dir))
      .filter(({ args }) => /\/bin\/launch \S+K-[12]\.agent \d+$/.test(args))
    expect(launchers.length).to.be.at.least(4)
    for (const { pid } of launchers) endProcess(pid)
    await eventually(() => {
      const pids = AGENTS.flatMap(ledgers)
        .flatMap(now)
        .map(({ pid }) => pid)
      expect(pids).to.have.length(4)
      expect(pids.filter((pid) => before.includes(pid))).to.deep.equal([])
    }, 40_000)
    noOverlap()
  })

  it('leaves nothing of a task that is cancelled, timed out, tried again', async () => {
    const task = (id: string, machine: string, more: string) =>
      `  ${id}: { type: command, machine: ${machine}, command: "setsid sh ${beater} ${at(id)} & sleep 600"${more} }\n`
    const again = ', timeout: 2s, retry: { attempts: 2, delay: 0s }'
    const tasks = ['here', 'mugen'].flatMap((machine) => [
      task(`cancel-${machine}`, machine, ''),
      task(`late-${machine}`, machine, again),
    ])
    const laden = layout(
      'tasks.yaml',
      agent('K-1', 'here') + agent('K-2', 'mugen'),
      `tasks:\n${tasks.join('')}`,
    )
    await up(laden, '--run')
    const cancelled = ['cancel-here', 'cancel-mugen']
    await eventually(() => cancelled.forEach((id) => expect(now(at(id))).to.have.length(1)))
    for (const id of cancelled) await cluster.orchestra.ok('cancel', id)
    await cluster.orchestra.untilStatus((status) => {
      expect(status.tasks.map(({ status: word }) => word).toSorted()).to.deep.equal([
        'CANCELLED',
        'CANCELLED',
        'FAILED',
        'FAILED',
      ])
    }, 40_000)
    for (const id of [...cancelled, 'late-here', 'late-mugen']) {
      expect(now(at(id)), id).to.deep.equal([])
      expect(overlaps(at(id)), id).to.deep.equal([])
    }
    expect(lives(at('late-here')), 'tried twice').to.have.length(2)
  })

  it('is named where it may not be ended: a process of another user', async () => {
    const command = 'setpriv --reuid 65534 --clear-groups sleep 7711 & sleep 600'
    const foreign = `tasks:\n  foreign: { type: command, machine: here, command: "${command}" }\n`
    const stays = layout('foreign.yaml', agent('K-1', 'here') + agent('K-2', 'mugen'), foreign)
    await up(stays, '--run')
    const found = () => processesNaming(cluster.orchestra.dir).filter(({ args }) => args === 'sleep 7711')
    await eventually(() => expect(found()).to.have.length(1))
    const { pid } = found()[0] ?? { pid: 0 }
    try {
      expect(await cluster.orchestra.ok('cancel', 'foreign')).to.include(`process ${pid} lives on`)
      const { tasks } = await cluster.orchestra.status()
      expect(tasks.find(({ id }) => id === 'foreign')?.reason).to.include(`process ${pid} lives on`)
      const down = await cluster.orchestra.run(['down'])
      expect(down.code).to.equal(1)
      expect(down.stderr).to.include(`process ${pid} lives on`)
      expect(isAlive(pid)).to.equal(true)
    } finally {
      endProcess(pid)
    }
    await up()
  })

  it('leaves nothing behind', async () => {
    await cluster.orchestra.ok('down')
    await eventually(() => expect(cluster.orchestra.leftovers()).to.deep.equal([]))
    expect(readFileSync(at('K-1.own'), 'utf8')).to.not.equal('')
  })
})
