/** Where agents, commands, gates, MCP servers and panes work that name no directory. */
import { expect } from 'chai'
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { Orchestra, withOrchestra } from '../support/orchestra.js'
import { makeTestClient, startSshd, whyNoSshd } from '../support/sshd.js'

// A check of an MCP server that was missed comes with the next survey, half a minute later.
const read = (path: string) => eventually(() => readFileSync(path, 'utf8').trim(), 60_000)
const MCP = `read -r line; pwd > mcp.txt; exit 1`

const layoutIn = (session: string, more = '') => `version: 1
session: ${session}
machines: { here: { kind: local } }
agents:
  a: { type: demo }
windows:
  - { name: Desk, command: [bash] }
  - { name: Work, agents: [a] }
${more}`
const TASKS = `mcp_servers:
  m: { machine: here, command: [sh, -c, '${MCP}'] }
tasks:
  unit: { title: unit, type: command, command: 'pwd > unit.txt' }
  sub: { title: sub, type: command, cwd: ./sub, command: 'pwd > here.txt' }
  agents: { title: agents, agent: a, estimate: 1s, outputs: [made.txt], verify: ['pwd > verify.txt'] }
gates:
  g: { after: [unit], verify: ['pwd > gate.txt'] }
`
const cwdOf = async (o: Orchestra, agent = 'a') => {
  const pid = await o.untilStatus((doc) => {
    const row = doc.agents.find(({ id }) => id === agent)
    expect(row).to.include({ state: 'idle' })
    return row?.pid
  })
  return readlinkSync(`/proc/${pid ?? 0}/cwd`)
}

describe('without a cwd', function () {
  it('all that runs here works in the directory of the layout file, and plan says so', async () => {
    await withOrchestra(async (o) => {
      const dir = join(o.home, 'proj2')
      mkdirSync(join(dir, 'sub'), { recursive: true })
      const path = join(dir, 'orchestra.yaml')
      writeFileSync(path, layoutIn('dirs', TASKS))
      const plan = await o.run(['plan', path])
      expect(plan.stdout).to.match(/^\+ start agent a on here in ~\/proj2: demo$/m)
      expect(plan.stdout).to.match(/^\+ task unit \(.*; on here in ~\/proj2\)$/m)
      expect(plan.stdout).to.match(/^\+ task sub \(.*; on here in ~\/proj2\/sub\)$/m)
      // Called from somewhere else.
      await o.ok('up', path, '-d', '--run')
      expect(await cwdOf(o)).to.equal(dir)
      for (const file of ['unit.txt', 'gate.txt', 'verify.txt', 'mcp.txt'])
        expect(await read(join(dir, file)), file).to.equal(dir)
      expect(await read(join(dir, 'sub/here.txt'))).to.equal(join(dir, 'sub'))
      expect(await read(join(dir, 'made.txt'))).to.not.equal('')
      const desk = o.windows('dirs').find(({ name }) => name === 'Desk')?.panes[0]?.pid
      expect(readlinkSync(`/proc/${desk ?? 0}/cwd`)).to.equal(dir)
      // Where a window begins that a person opens.
      expect(o.tmux('display-message', '-p', '-t', '=dirs:', '#{session_path}').trim()).to.equal(dir)

      // An agent that lives keeps it, with its work; plan says so until it was started again.
      await o.untilStatus((doc) => doc.run.phase === 'finished')
      writeFileSync(path, layoutIn('dirs', TASKS).replace('type: demo', 'type: demo, cwd: "~"'))
      const later = await o.ok('plan', path)
      expect(later).to.match(
        /^= leave agent a on here \(alive; the change counts from its next start; `orchestra restart a`\)$/m,
      )
      expect(later).to.match(/^ +~ directory: ~\/proj2 → ~$/m)
      await o.ok('up', path, '-d')
      expect(await o.ok('plan', path)).to.match(/^ +~ directory: ~\/proj2 → ~$/m)
      expect(await cwdOf(o)).to.equal(dir)
      await o.ok('restart', 'a')
      await o.untilStatus((doc) => expect(doc.agents[0]).to.include({ generation: 2, state: 'idle' }))
      expect(await cwdOf(o)).to.equal(realpathSync(o.home))
      expect(await o.ok('plan', path)).to.match(/^= leave agent a on here$/m)
    })
  })

  it('a shipped layout works where up was called, and init writes it down', async () => {
    await withOrchestra(async (o) => {
      const [one, two] = [join(o.home, 'one'), join(o.home, 'two')]
      for (const dir of [one, two, join(o.state, 'layouts')]) mkdirSync(dir, { recursive: true })
      writeFileSync(join(o.state, 'layouts', 'mine.yaml'), layoutIn('mine'))
      const plan = await o.run(['plan', 'mine'], { cwd: one })
      expect(plan.stdout).to.match(/^\+ start agent a on here in ~\/one: demo$/m)
      expect((await o.run(['up', 'mine', '-d'], { cwd: one })).code).to.equal(0)
      expect(await cwdOf(o)).to.equal(one)
      const again = await o.run(['plan', 'mine'], { cwd: two })
      expect(again.stdout).to.match(/^~ directory: ~\/one → ~\/two /m)
      expect((await o.run(['up', 'mine', '-d'], { cwd: two })).code).to.equal(0)
      expect(await cwdOf(o)).to.equal(one)
      await o.ok('down', '--session', 'mine')

      expect((await o.run(['init'], { cwd: two })).code).to.equal(0)
      const text = readFileSync(join(two, 'orchestra.yaml'), 'utf8')
      expect(text)
        .to.include('(~/two)')
        .and.to.match(/role: planning, cwd: \. \}/)
      expect((await o.run(['plan'], { cwd: two })).stdout).to.match(/^\+ start agent .* in ~\/two: /m)
    })
  })

  it('on a host the repo of the machine, else HOME', async function () {
    if (whyNoSshd() !== null) return this.skip()
    const client = makeTestClient()
    const sshd = await startSshd({ client })
    const o = new Orchestra({ home: client.home })
    o.grounds.push(sshd.dir)
    try {
      mkdirSync(join(sshd.home, 'repo'))
      const { address, port, user } = sshd
      const ssh = `kind: ssh, host: ${address}, port: ${port}, user: ${user}`
      const path = o.write(
        'orchestra.yaml',
        `version: 1
session: far
machines: { here: { kind: local }, host: { ${ssh}, repo: ~/repo }, bare: { ${ssh} } }
agents: { a: { type: demo, machine: host }, b: { type: demo, machine: bare } }
tasks: { unit: { title: unit, type: command, machine: host, command: 'pwd > unit.txt' } }
`,
      )
      const plan = await o.ok('plan', path)
      expect(plan).to.match(/^\+ start agent a on host in ~\/repo: demo$/m)
      expect(plan).to.match(/^\+ start agent b on bare in ~: demo$/m)
      expect(plan).to.match(/^\+ task unit \(.*; on host in ~\/repo\)$/m)
      await o.ok('up', path, '-d', '--run')
      expect(await read(join(sshd.home, 'repo/unit.txt'))).to.equal(realpathSync(join(sshd.home, 'repo')))
      expect(await cwdOf(o, 'a')).to.equal(realpathSync(join(sshd.home, 'repo')))
      expect(await cwdOf(o, 'b')).to.equal(realpathSync(sshd.home))
    } finally {
      await o.close()
      await sshd.stop()
      client.remove()
    }
  })

  it('a directory that is gone is told in words', async () => {
    await withOrchestra(async (o) => {
      const dir = join(o.home, 'gone')
      mkdirSync(dir)
      const path = o.write(
        'orchestra.yaml',
        layoutIn('gone').replace('type: demo', 'type: demo, cwd: ~/gone'),
      )
      await o.ok('up', path, '-d')
      await cwdOf(o)
      renameSync(dir, `${dir}-away`)
      const plan = await o.run(['plan', path])
      expect(plan.stderr).to.match(/agents\.a\.cwd: warning: "~\/gone" does not exist: a cannot start there/)
      await o.ok('restart', 'a')
      await o.untilStatus((doc) =>
        expect(doc.agents[0]).to.include({
          state: 'exited',
          reason: 'not started: the directory ~/gone does not exist',
        }),
      )
      rmSync(`${dir}-away`, { recursive: true })
      const tasks = `tasks: { t: { title: t, type: command, cwd: nowhere, command: 'true' } }\n`
      o.write('orchestra.yaml', layoutIn('gone', tasks))
      await o.ok('up', path, '-d', '--run')
      await o.untilStatus((doc) =>
        expect(doc.tasks[0]?.reason).to.match(/exit status 125: .*cannot enter the directory .*nowhere/),
      )
    })
  })
})
