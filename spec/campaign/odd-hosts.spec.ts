/** E28, E40, E46, E47: hosts with another clock, locale, login shell, or a tmux that hangs. */
import { expect } from 'chai'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { finishedTasks, killLayout, withRunRig, type RunRig, onceProblems } from '../support/run-rig.js'
import { needsSshd } from '../support/sshd.js'

const FAKETIME = ['/usr/lib', ...readdirSync('/usr/lib').map((dir) => `/usr/lib/${dir}`)]
  .map((dir) => join(dir, 'faketime/libfaketimeMT.so.1'))
  .find((file) => existsSync(file))

const RC_FILES = {
  zsh: ['.zshenv', '.zprofile', '.zshrc', '.zlogin'],
  fish: ['.config/fish/config.fish'],
} as const

async function everyTaskOnce(rig: RunRig, layout: string): Promise<number> {
  await rig.orchestra.ok('up', layout, '-d', '--wait', '--run')
  const tasks = await finishedTasks(rig.orchestra, 120_000)
  expect(onceProblems(tasks, rig.ledgers)).to.deep.equal([])
  return tasks.length
}

describe('a host', function () {
  needsSshd(this)
  this.timeout(240_000)

  it('whose clock jumps by a day, forth and back, does every task once', async function () {
    if (FAKETIME === undefined) return this.skip()
    const env = { LD_PRELOAD: FAKETIME, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
    await withRunRig(
      1,
      async (rig) => {
        const file = join(rig.sshds[0]?.home ?? '', '.faketimerc')
        writeFileSync(file, '+0')
        let jumps = 0
        const jumper = setInterval(() => {
          writeFileSync(file, ['+86400', '-86400', '+0', '-3600'][jumps++ % 4] ?? '+0')
        }, 900)
        try {
          const layout = rig.orchestra.write('clock.yaml', killLayout(rig, 'hostclock', 12, 2))
          const tasks = await everyTaskOnce(rig, layout)
          console.log(`E28: ${jumps} jumps of a host's clock by a day or an hour; ${tasks} tasks, each once`)
          expect(jumps).to.be.greaterThan(4)
        } finally {
          clearInterval(jumper)
        }
      },
      { env },
    )
  })

  it('with LC_ALL=C takes, shows and reports Japanese', () =>
    withRunRig(
      1,
      async ({ orchestra, machines, sshds }) => {
        const got = join(sshds[0]?.dir ?? '', 'got')
        const agent = orchestra.write(
          'agent.sh',
          `while IFS= read -r line; do
  printf '%s\\n' "$line" >> ${got}; echo "受け取りました: $line"
  case $line in TASK*) cat "$ORCHESTRA_DIR/prompt.md" >> ${got}; orchestra-report done '終わりました ✅' ;; esac
done
`,
        )
        const layout = orchestra.write(
          'c.yaml',
          `version: 1
session: locale
machines:
  here: { kind: local }
${machines}
agents:
  A: { type: command, machine: h1, label: 計画係, command: [sh, ${agent}], env: { WORD: 日本語 } }
tasks:
  plan: { title: 設計を書く, agent: A, prompt: "仕様を読み、設計を書いてください。" }
`,
        )
        await orchestra.ok('up', layout, '-d', '--wait', '--run')
        const [task] = await finishedTasks(orchestra, 60_000)
        expect(task).to.include({ status: 'COMPLETED', attempts: 1, title: '設計を書く' })
        expect(readFileSync(got, 'utf8')).to.include('仕様を読み、設計を書いてください。')
        await orchestra.ok('send', 'A', '二つ目、お願いします', '--wait')
        await eventually(() => expect(readFileSync(got, 'utf8')).to.include('二つ目、お願いします'), 30_000)
        await eventually(
          async () => expect(await orchestra.ok('logs', 'A')).to.include('受け取りました: 二つ目'),
          30_000,
        )
        expect(await orchestra.ok('events')).to.include('終わりました ✅')
        expect(await orchestra.ok('report')).to.include('設計を書く')
        console.log('E40: a host with LC_ALL=C: title, prompt, message, log and report in Japanese')
      },
      { env: { LC_ALL: 'C', LANG: 'C' } },
    ))

  for (const shell of ['zsh', 'fish'] as const) {
    it(`whose login shell is ${shell}, with noise in all its rc files, does every task once`, async function () {
      const path = `/usr/bin/${shell}`
      // Only in the mount namespace of that sshd the user has another shell.
      if (!existsSync(path) || userInfo().uid !== 0) {
        console.log(`SKIPPED, NOT TESTED: a host with ${shell}: it is not installed, or we are not root`)
        return this.skip()
      }
      const passwd = readFileSync('/etc/passwd', 'utf8').replace(/^(root:.*:)[^:\n]*$/m, `$1${path}`)
      await withRunRig(
        1,
        async (rig) => {
          const home = rig.sshds[0]?.home ?? ''
          for (const name of RC_FILES[shell]) {
            mkdirSync(join(home, name, '..'), { recursive: true })
            appendFileSync(join(home, name), 'echo noise from a rc file; echo more >&2\n')
          }
          const layout = rig.orchestra.write('shell.yaml', killLayout(rig, 'shell', 8, 1))
          const tasks = await everyTaskOnce(rig, layout)
          expect(await rig.orchestra.ok('doctor', 'h1')).to.include('tmux')
          console.log(
            `E46: ${shell} as login shell, noise in ${RC_FILES[shell].join(', ')}: ${tasks} tasks, each once`,
          )
        },
        {
          passwd,
        },
      )
    })
  }

  for (const [what, script] of [
    ['always', 'exec sleep 1000'],
    ['but for -V', 'case $* in -V) echo "tmux 3.3a";; *) exec sleep 1000;; esac'],
  ] as const) {
    it(`whose tmux hangs ${what} is named, and delays nobody else`, () =>
      withRunRig(2, async ({ orchestra, machines, sshds, agents, ledgers }) => {
        const [bad] = sshds
        const bin = join(bad?.dir ?? '', 'bin')
        mkdirSync(bin)
        writeFileSync(join(bin, 'tmux'), `#!/bin/sh\n${script}\n`)
        chmodSync(join(bin, 'tmux'), 0o755)
        writeFileSync(join(bad?.home ?? '', '.profile'), `PATH=${bin}:$PATH\n`)
        const layout = orchestra.write(
          'hang.yaml',
          `version: 1
session: hang
machines:
  here: { kind: local }
${machines}
agents:
  BAD: { type: command, machine: h1, command: [cat], role: bad }
  GOOD: { type: command, machine: h2, command: [sh, ${agents.line}], env: { LEDGER: ${ledgers[1]} }, role: good }
tasks:
  t: { title: t, role: good }
`,
        )
        await orchestra.ok('up', layout, '-d', '--run')
        const since = performance.now()
        const found = () =>
          orchestra.untilStatus((status) => {
            const machine = status.machines.find((one) => one.id === 'h1')
            expect(machine?.state).to.be.oneOf(['degraded', 'offline'])
            expect(machine?.reason).to.match(/tmux on h1 does not answer/)
            return machine?.reason
          }, 60_000)
        const done = await orchestra.untilStatus((status) => {
          expect(status.tasks.find((task) => task.id === 't')?.status).to.equal('COMPLETED')
          return (performance.now() - since) / 1000
        }, 60_000)
        const reason = await found()
        const named = (performance.now() - since) / 1000
        const doctor = await orchestra.run(['doctor', 'h1'], { timeoutMs: 90_000 })
        expect(doctor.stdout).to.match(/tmux/)
        console.log(
          `E47: a tmux that hangs ${what}: named after ${named.toFixed(1)} s (${reason}); the task of the other host was done after ${done.toFixed(1)} s`,
        )
      }))
  }
})
