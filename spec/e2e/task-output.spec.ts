/** Nothing that a command printed is lost: after its end, cancelled, with a host away, over a restart and a `down`. */
import { expect } from 'chai'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'
import { withRunRig } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'
import { startTcpProxy } from '../support/tcp-proxy.js'

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('')

async function logs(orchestra: Orchestra, ...args: string[]): Promise<string> {
  return orchestra.ok('logs', ...args)
}

describe('what a command task printed', function () {
  it('is kept whole, per attempt, with that of its checks; of an endless one beginning and end', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'output.yaml',
        `version: 1
session: output
machines: { here: { kind: local } }
tasks:
  unit: { title: u, type: command, command: "test -e again || { seq 1 500; touch again; exit 3; }; printf 'a\\n\\n\\nb\\nb\\n'",
          retry: { attempts: 2, delay: 0s }, verify: ["echo checked; echo twice", "echo bad >&2; exit 7"] }
  huge: { title: h, type: command, command: "seq 1 900000; printf end" }
  slow: { title: s, type: command, command: "echo begun; exec sleep 600" }
  late: { title: l, type: command, command: "exit 0", needs: [unit] }
gates:
  ok: { after: [huge], verify: ["echo gate one", "echo gate two"] }
`,
      )
      await orchestra.ok('up', layout, '-d', '--run')
      await orchestra.untilStatus(({ tasks }) =>
        ['unit FAILED', 'huge COMPLETED'].every((want) =>
          tasks.some(({ id, status }) => `${id} ${status}` === want),
        ),
      )
      expect(await logs(orchestra, 'unit', '1')).to.equal(lines(1, 500))
      const second = `a\n\n\nb\nb\n[verify 1: echo checked; echo twice: passed]\nchecked\ntwice\n[verify 2: echo bad >&2; exit 7: exit status 7]\nbad\n`
      expect(await logs(orchestra, 'unit')).to.equal(second)
      expect(await logs(orchestra, 'unit', '--attempt=1', '-n', '2')).to.equal(lines(499, 500))

      const huge = await logs(orchestra, 'huge')
      const [begin = '', end = ''] = huge.split(/\[\d+ bytes left out here\]\n/)
      expect(lines(1, 900_000).startsWith(begin.trimEnd())).to.equal(true)
      expect(`${lines(1, 900_000)}end\n`.endsWith(end.slice(end.indexOf('\n') + 1))).to.equal(true)
      expect([begin.length, end.length].every((size) => size > 900_000)).to.equal(true)
      const file = join(orchestra.state, 'runs', 'output', 'logs', 'unit.1.log')
      expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).to.deep.equal([lines(1, 500), 0o600])

      await eventually(async () =>
        expect(await logs(orchestra, 'ok')).to.equal(
          '[verify 1: echo gate one]\ngate one\n[verify 2: echo gate two]\ngate two\n',
        ),
      )
      // While it runs, and after it was cancelled.
      await eventually(async () => expect(await logs(orchestra, 'slow')).to.equal('begun\n'))
      await orchestra.ok('cancel', 'slow')
      await orchestra.untilStatus(({ tasks }) =>
        tasks.some(({ id, status }) => id === 'slow' && status === 'CANCELLED'),
      )
      expect(await logs(orchestra, 'slow', '-f')).to.equal('begun\n')

      const refused = await orchestra.run(['logs', 'late'])
      expect([refused.code, refused.stderr]).to.deep.equal([
        1,
        'orchestra: late has not been tried yet: it has no output\n',
      ])
      expect((await orchestra.run(['logs', 'unti'])).stderr).to.match(
        /there is no agent or task unti \(did you mean unit\?\)/,
      )
      expect((await orchestra.run(['logs', 'unit', '9'])).stderr).to.match(
        /unit has no attempt 9[\s\S]*Its attempts: 1, 2\./,
      )
    })
  })

  it('survives a daemon that is killed, and a down in the middle', async () => {
    await withOrchestra(async (orchestra) => {
      const layout = orchestra.write(
        'killed.yaml',
        `version: 1
session: killed
machines: { here: { kind: local } }
tasks:
  first: { title: f, type: command, command: "seq 1 300; while [ ! -e go ]; do sleep 0.1; done; seq 301 500" }
  second: { title: s, type: command, command: "seq 1 300; exec sleep 600", needs: [first] }
`,
      )
      await orchestra.ok('up', layout, '-d', '--run')
      await eventually(async () => expect(await logs(orchestra, 'first')).to.equal(lines(1, 300)))
      process.kill((await orchestra.status()).daemon?.pid ?? 0, 'SIGKILL')
      orchestra.write('go', '')
      await eventually(async () => expect((await orchestra.run(['up', layout, '-d'])).code).to.equal(0))
      await orchestra.untilStatus(({ tasks }) =>
        tasks.some(({ id, status }) => id === 'first' && status === 'COMPLETED'),
      )
      expect(await logs(orchestra, 'first')).to.equal(lines(1, 500))
      await eventually(async () => expect(await logs(orchestra, 'second')).to.equal(lines(1, 300)))
      await orchestra.ok('down')
      await orchestra.ok('up', layout, '-d')
      expect(await logs(orchestra, 'second', '1')).to.equal(lines(1, 300))
    })
  })
})

describe('what a command task printed on a host', function () {
  needsSshd(this)

  it('comes from a host whose link was cut meanwhile', async () => {
    await withRunRig(1, async (rig) => {
      const { orchestra, sshds } = rig
      const [sshd] = sshds
      if (sshd === undefined) throw new Error('there is no sshd')
      const proxy = await startTcpProxy({ port: sshd.port })
      try {
        const known = join(orchestra.env['HOME'] ?? '', '.ssh', 'known_hosts')
        appendFileSync(known, `[127.0.0.1]:${proxy.port} ${sshd.hostKey}\n`)
        const go = join(orchestra.dir, 'go')
        const layout = orchestra.write(
          'away.yaml',
          `version: 1
session: away
machines:
${rig.machines.replace(`port: ${sshd.port}`, `port: ${proxy.port}`)}
tasks:
  far: { title: f, type: command, machine: h1, command: "seq 1 9; while [ ! -e ${go} ]; do sleep 0.1; done; seq 10 100000" }
`,
        )
        await orchestra.ok('up', layout, '-d', '--run')
        await eventually(async () => expect(await logs(orchestra, 'far')).to.equal(lines(1, 9)))
        const follower = orchestra.run(['logs', 'far', '-f'])
        proxy.refuse = true
        proxy.reset()
        await orchestra.untilStatus(({ machines }) =>
          machines.some(({ id, state }) => id === 'h1' && state !== 'online'),
        )
        writeFileSync(go, '')
        expect((await orchestra.run(['logs', 'far'])).stderr).to.match(/not readable now: h1: /)
        proxy.refuse = false
        await orchestra.untilStatus(({ tasks }) => tasks[0]?.status === 'COMPLETED')
        expect(await logs(orchestra, 'far')).to.equal(lines(1, 100_000))
        expect((await follower).stdout).to.equal(lines(1, 100_000))
      } finally {
        await proxy.stop()
      }
    })
  })
})
