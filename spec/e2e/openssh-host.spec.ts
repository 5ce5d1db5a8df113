/** A session with a host by `transport: openssh`: agents, jobs, a killed daemon, a cut link, and what `down` leaves. */
import { expect } from 'chai'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusDocument } from '../../lib/core/protocol/status.js'
import { makeCluster, needsCluster, type Cluster } from '../support/cluster.js'
import { eventually } from '../support/eventually.js'
import type { Orchestra } from '../support/orchestra.js'
import { isAlive, processesNaming } from '../support/processes.js'

const AGENT = `{ type: command, machine: far, command: [sh, -c, 'echo "$ORCHESTRA_AGENT" >>~/starts; exec cat'] }`
/** Each start of an agent and each run of a job leaves a line on the host. */
const LAYOUT = `version: 1
session: program
machines:
  here: { kind: local }
  far: { kind: ssh, host: far, transport: openssh }
agents:
  W-1: ${AGENT}
  W-2: ${AGENT}
  W-3: ${AGENT}
tasks:
  one: { type: command, machine: far, command: 'echo one >>~/jobs', verify: [ 'grep -q one ~/jobs' ] }
  long: { type: command, machine: far, command: 'echo long >>~/jobs; until [ -e ~/open ]; do sleep 0.1; done' }
windows: [ { name: all, agents: [W-1, W-2, W-3] } ]
`

describe('a session with a host by the ssh program', function () {
  if (!needsCluster(this)) return
  this.timeout(120_000)
  let cluster: Cluster
  let here: Orchestra
  const linesOf = (name: string) => {
    const file = join(cluster.host('far').sshd.home, name)
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').toSorted() : []
  }
  /** Processes of ssh that are ours, and their directories. */
  const connections = () =>
    processesNaming(cluster.client.home).filter(({ args }) => args.includes('ControlMaster=yes'))
  const places = () =>
    connections().flatMap(({ args }) => /\/tmp\/orc-ssh\.[^/\s]+/.exec(args)?.slice(0, 1) ?? [])
  const pids = ({ agents }: StatusDocument) => agents.map(({ pid }) => pid)
  const seen = new Set<string>()
  const remember = () => {
    for (const place of places()) seen.add(place)
  }
  const online = () =>
    here.untilStatus((s) => {
      expect(s.machines.find(({ id }) => id === 'far')?.state).to.equal('online')
      for (const agent of s.agents) {
        expect(agent.state, agent.id).to.be.oneOf(['quiet', 'working'])
        expect(agent.pid, agent.id).to.be.a('number')
      }
      return s
    }, 40_000)

  before(async () => {
    cluster = await makeCluster(['far'])
    here = cluster.orchestra
    // ssh itself looks for these in the home of the passwd entry, whatever HOME says.
    const { home, key, knownHosts } = cluster.client
    appendFileSync(join(home, '.ssh/config'), `  IdentityFile ${key}\n  UserKnownHostsFile ${knownHosts}\n`)
  })
  after(() => cluster?.remove())

  it('runs agents and jobs there', async () => {
    await here.ok('up', here.write('program.yaml', LAYOUT), '-d', '--wait', '--run')
    await online()
    remember()
    expect(seen).to.have.property('size', 1)
    await here.ok('wait', 'one', '--for', 'COMPLETED', '--timeout', '60s')
    await eventually(() => expect(linesOf('jobs')).to.deep.equal(['long', 'one']))
    await here.ok('send', 'W-2', 'hello there', '--wait')
    await eventually(async () => expect(await here.ok('logs', 'W-2')).to.include('hello there'))
  })

  it('keeps them over kill -9 of the daemon, whose connection ends by itself', async () => {
    const before = pids(await here.status())
    const daemon = here.daemonPid('program') ?? 0
    const old = connections()
    process.kill(daemon, 'SIGKILL')
    await eventually(() => {
      for (const { pid } of old) expect(isAlive(pid), `ssh ${pid}`).to.equal(false)
      for (const place of seen) expect(existsSync(place), place).to.equal(false)
    })
    await here.ok('up', 'program.yaml', '-d', '--wait')
    expect(pids(await online())).to.deep.equal(before)
    remember()
    expect(linesOf('starts')).to.deep.equal(['W-1', 'W-2', 'W-3'])
  })

  it('says that a cut link is offline, and starts nothing again when it is back', async () => {
    const before = pids(await here.status())
    const since = performance.now()
    cluster.host('far').network.cut()
    await here.untilStatus((s) =>
      expect(s.machines.find(({ id }) => id === 'far')?.state).to.equal('offline'),
    )
    const ms = Math.round(performance.now() - since)
    console.log(`      a cut link was noticed after ${ms} ms`)
    expect(ms).to.be.lessThan(12_000)
    cluster.host('far').network.mend()
    expect(pids(await online())).to.deep.equal(before)
    remember()
    expect(linesOf('starts')).to.deep.equal(['W-1', 'W-2', 'W-3'])
    expect(linesOf('jobs')).to.deep.equal(['long', 'one'])
    const { sshd } = cluster.host('far')
    await here.ok('send', 'W-1', 'after the cut', '--wait')
    await eventually(() =>
      expect(processesNaming(sshd.dir).filter(({ args }) => args === 'cat').length).to.be.at.least(3),
    )
  })

  it('leaves nothing after down', async () => {
    const { code, stdout, stderr } = await here.run(['down'])
    expect(code, stderr).to.equal(0)
    expect(stdout).to.include('W-1').and.include('W-3')
    await eventually(() => {
      expect(connections()).to.deep.equal([])
      for (const place of seen) expect(existsSync(place), place).to.equal(false)
      expect(here.leftovers()).to.deep.equal([])
    })
  })
})
