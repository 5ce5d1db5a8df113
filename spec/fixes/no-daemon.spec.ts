/** Where no daemon answers, or there is no layout, no directory. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { fixWorks, type Ground } from '../support/fix-works.js'
import { type Orchestra, withOrchestra } from '../support/orchestra.js'
import { isAlive } from '../support/processes.js'

const layoutOf = (session: string) => `version: 1
session: ${session}
machines: { here: { kind: local } }
agents: { A: { type: command, machine: here, command: [cat] } }
`

const groundOf = ({ env, work }: Orchestra): Ground => ({ env, cwd: work })

async function refused(here: Orchestra, ...args: string[]): Promise<string> {
  const { code, stderr } = await here.run(args)
  expect(code, stderr).to.not.equal(0)
  return stderr
}

async function agentPid(here: Orchestra): Promise<number> {
  return here.untilStatus(({ agents: [agent] }) => {
    expect(agent?.pid).to.be.a('number')
    return agent?.pid ?? 0
  })
}

/** A session that runs, in a directory with its orchestra.yaml. */
const withSession = (use: (here: Orchestra, daemon: number) => Promise<void>) =>
  withOrchestra(async (here) => {
    here.write('orchestra.yaml', layoutOf('fix'))
    await here.ok('up', '-d', '--wait')
    await use(here, here.daemonPid('fix') ?? 0)
  })

async function buildOfAnotherVersion(here: Orchestra): Promise<string> {
  const known = (await here.ok('--version')).trim()
  const root = join(here.dir, 'newer')
  const old = dirname(dirname(here.program))
  mkdirSync(join(root, 'dist'), { recursive: true })
  for (const name of ['package.json', 'lib', 'layouts', 'workflows', 'config', 'node_modules'])
    symlinkSync(join(old, name), join(root, name))
  for (const name of readdirSync(join(old, 'dist')).filter((file) => file.endsWith('.cjs'))) {
    const text = readFileSync(join(old, 'dist', name), 'utf8')
    writeFileSync(join(root, 'dist', name), text.replaceAll(known, '9.9.9'), { mode: 0o755 })
  }
  return join(root, 'dist', 'orchestra.cjs')
}

describe('the commands that are printed where no daemon answers', function () {
  this.timeout(120_000)

  fixWorks('layout.write', 'there is no layout here', (follow) =>
    withOrchestra(async (here) => {
      expect((await follow(await refused(here, 'validate'), groundOf(here))).code).to.equal(0)
      await here.ok('validate')
    }),
  )

  fixWorks('layout.demo', 'there is no layout here', (follow) =>
    withOrchestra(async (here) => {
      expect((await follow(await refused(here, 'up', '-d'), groundOf(here))).code).to.equal(0)
      expect((await here.status()).agents).to.not.deep.equal([])
      await here.ok('down')
    }),
  )

  fixWorks('layout.next', 'a layout was just written', (follow) =>
    withOrchestra(async (here) => {
      expect((await follow(await here.ok('init', '-o', 'my own.yaml'), groundOf(here))).code).to.equal(0)
      expect((await here.status()).daemon).to.not.equal(null)
      await here.ok('down')
    }),
  )

  fixWorks('verbs.help', 'nothing was ever begun', (follow) =>
    withOrchestra(async (here) => {
      const { code, output } = await follow(await here.ok(), groundOf(here))
      expect(code).to.equal(0)
      expect(output).to.include('orchestra submit')
    }),
  )

  fixWorks('host.forget', 'another machine is meant', (follow) =>
    withOrchestra(async (here) => {
      await here.ok('use', 'nosuch.example')
      expect((await follow(await here.ok('use'), groundOf(here))).code).to.equal(0)
      expect(await here.json<object>('use')).to.deep.equal({ host: null })
    }),
  )

  fixWorks('daemon.start', 'nothing runs', (follow) =>
    withOrchestra(async (here) => {
      here.write('orchestra.yaml', layoutOf('fix'))
      expect((await follow(await refused(here, 'pause'), groundOf(here))).code).to.equal(0)
      await here.ok('send', 'A', 'hello')
      await here.ok('down')
    }),
  )

  fixWorks('daemon.again', 'the daemon was killed, and we are elsewhere', (follow) =>
    withSession(async (here, daemon) => {
      const agent = await agentPid(here)
      process.kill(daemon, 'SIGKILL')
      await eventually(() => !isAlive(daemon))
      const elsewhere = { env: here.env, cwd: here.home }
      expect((await follow(await refused(here, 'down', '--keep-agents'), elsewhere)).code).to.equal(0)
      expect(await agentPid(here)).to.equal(agent)
      await here.ok('down')
    }),
  )

  fixWorks('daemon.continue', 'the daemon was stopped', (follow) =>
    withSession(async (here, daemon) => {
      process.kill(daemon, 'SIGSTOP')
      expect((await follow(await refused(here, 'pause'), groundOf(here))).code).to.equal(0)
      expect(await here.ok('send', 'A', 'hi')).to.include('queued')
      await here.ok('down')
    }),
  )

  fixWorks('daemon.end', 'the daemon was stopped', (follow) =>
    withSession(async (here, daemon) => {
      process.kill(daemon, 'SIGSTOP')
      const said = await refused(here, 'pause')
      expect((await follow(said, groundOf(here))).code).to.equal(0)
      await eventually(() => !isAlive(daemon))
      await here.ok('up', '-d')
      await here.ok('down')
    }),
  )

  fixWorks('daemon.take-down', 'a second daemon wants the same session', (follow) =>
    withSession(async (here, daemon) => {
      const said = await refused(here, 'daemon', '--session', 'fix', '--foreground')
      expect((await follow(said, groundOf(here))).code).to.equal(0)
      await eventually(() => !isAlive(daemon))
      await here.ok('up', '-d')
      await here.ok('down')
    }),
  )

  fixWorks('daemon.change-over', 'the daemon is of another version', (follow) =>
    withSession(async (here, daemon) => {
      const agent = await agentPid(here)
      const program = await buildOfAnotherVersion(here)
      const env = { ...here.env, ORCHESTRA_PROGRAM: program }
      const printed = spawnSync(process.execPath, [program, 'status'], { env, encoding: 'utf8' }).stderr
      expect((await follow(printed, { env, cwd: here.work })).code).to.equal(0)
      expect(here.daemonPid('fix')).to.not.equal(daemon)
      expect(await agentPid(here)).to.equal(agent)
      await here.ok('down')
    }),
  )

  fixWorks('directory.leave', 'the directory was removed', (follow) =>
    withOrchestra(async (here) => {
      here.write('../home/orchestra.yaml', layoutOf('fix'))
      const gone = join(here.dir, 'gone')
      const before = `mkdir '${gone}'; cd '${gone}'; rmdir '${gone}'`
      const said = await here.run([], {
        prefix: ['sh', '-c', `${before}; exec "$0" "$1" validate`],
      })
      expect(said.code, said.stdout + said.stderr).to.equal(1)
      const { code, output } = await follow(said.stderr, groundOf(here), {
        before,
        after: 'orchestra validate',
      })
      expect(code, output).to.equal(0)
    }),
  )

  fixWorks('verbs.list', 'the verb is misspelt', (follow) =>
    withOrchestra(async (here) => {
      const { code, output } = await follow(await refused(here, 'statsu'), groundOf(here))
      expect(code).to.equal(0)
      expect(output).to.match(/\bstatus\b/)
    }),
  )

  fixWorks('screen.explain', 'a screen without its type', (follow) =>
    withOrchestra(async (here) => {
      const screen = here.write('screen.txt', '› Write tests\n')
      const said = await refused(here, 'explain', '--screen', screen)
      const { code, output } = await follow(said, groundOf(here), { fill: { FILE: screen } })
      expect(code, output).to.equal(0)
    }),
  )

  fixWorks('status.for-programs', 'the monitor has no terminal', (follow) =>
    withSession(async (here) => {
      const { code, output } = await follow(await refused(here, 'monitor'), groundOf(here))
      expect(code).to.equal(0)
      expect(JSON.parse(output)).to.have.property('summary')
      await here.ok('down')
    }),
  )

  fixWorks('events.follow', 'the monitor has no terminal', (follow) =>
    withSession(async (here) => {
      const done = await follow(await refused(here, 'monitor'), groundOf(here), { until: /A/ })
      expect(done.output).to.match(/A/)
      await here.ok('down')
    }),
  )

  fixWorks('layout.give', 'a daemon has no layout yet', (follow) =>
    withOrchestra(async (here) => {
      here.write('orchestra.yaml', layoutOf('fix'))
      await here.ok('daemon', '--session', 'fix')
      const said = await refused(here, 'submit', 'x')
      expect((await follow(said, groundOf(here))).code).to.equal(0)
      await here.ok('submit', 'x')
      await here.ok('down')
    }),
  )
})
