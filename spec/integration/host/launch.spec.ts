import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { decodeProcessRecord } from '../../../lib/core/protocol/agent-report.js'
import { eventually } from '../../support/eventually.js'
import { processesNaming } from '../../support/processes.js'
import { withTmuxServer } from '../../support/tmux.js'
import { AgentDir, SHELLS, isAlive } from './agent-dir.js'

const HALF = 2 * 1024 * 1024

for (const shell of SHELLS) {
  const withAgent = (use: (agent: AgentDir) => Promise<void>) =>
    withTmuxServer((sandbox) => use(new AgentDir(sandbox, shell)))

  describe(`launch.sh under ${shell.join(' ')}`, () => {
    it("ends with the program's exit status and records it", () =>
      withAgent(async (agent) => {
        const pane = agent.run({ argv: ['sh', '-c', 'exit 7'] })
        const record = await agent.exit()
        expect(record).to.include({ exitCode: 7, signal: null, timedOut: false })
        expect(record.endedAt).to.be.at.least(record.startedAt)
        await eventually(() => {
          // tmux before 3.6 with utempter loses the signal of a pane's end, and looks again at the next child's.
          agent.sandbox.run('run-shell', '-b', 'true')
          expect(agent.sandbox.run('display', '-p', '-t', pane, '#{pane_dead_status}').trim()).to.equal('7')
        })
      }))

    it('names the signal that ended the program', () =>
      withAgent(async (agent) => {
        agent.run({ argv: ['sh', '-c', 'kill -KILL $$'] })
        expect(await agent.exit()).to.include({ exitCode: 137, signal: 'KILL' })
      }))

    it('says that a program could not be started', () =>
      withAgent(async (agent) => {
        const pane = agent.run({ argv: ['no-such-program'] })
        expect(await agent.exit()).to.include({ exitCode: 127 })
        expect(agent.screen(pane)).to.include('no-such-program')
        agent.run({ argv: ['true'], cwd: '/no/such/directory' })
        expect(await agent.exit()).to.include({ exitCode: 125 })
      }))

    it('hands over argv, environment and directory exactly', () =>
      withAgent(async (agent) => {
        const words = ["it's", '$HOME `x` \\', 'two\nlines', '', '日本', '*', '-n', '!']
        mkdirSync(join(agent.sandbox.home, 'work dir'))
        const script =
          'printf "%s\\0" "$@" > args; printf "%s|%s|%s|%s" "$KEY" "$ORCHESTRA_SESSION" "$ORCHESTRA_AGENT" "$TERM" > env; ' +
          'printf %s "$TMPDIR" > tmp; command -v orchestra-report > which; umask > umask; test -d "$TMPDIR"'
        agent.run({ argv: ['sh', '-c', script, 'sh', ...words], cwd: '~/work dir', env: { KEY: "a'b\n$c" } })
        expect(await agent.exit()).to.include({ exitCode: 0 })
        const read = (name: string) => readFileSync(join(agent.sandbox.home, 'work dir', name), 'utf8')
        expect(read('args').split('\0').slice(0, -1)).to.deep.equal(words)
        expect(read('env')).to.match(/^a'b\n\$c\|spec\|CG-1\|(tmux|screen)/)
        // Short enough for the sockets that programs make there, and gone with its program.
        expect(read('tmp')).to.match(/^\/.{1,59}$/)
        await eventually(() => expect(existsSync(read('tmp'))).to.equal(false))
        expect(read('which').trim()).to.match(/\/bin\/orchestra-report$/)
        expect(Number.parseInt(read('umask'), 8)).to.equal(process.umask())
      }))

    it('takes ~ at the start of a word for the HOME of the machine, also a HOME that the layout gave', () =>
      withAgent(async (agent) => {
        const home = join(agent.sandbox.home, 'other')
        mkdirSync(home)
        agent.run({
          argv: ['sh', '-c', 'printf "%s " "$@" > out', 'sh', '~', '~/a b', 'x~', '~user'],
          env: { HOME: home },
          cwd: '~',
        })
        await agent.exit()
        expect(readFileSync(join(home, 'out'), 'utf8')).to.equal(`${home} ${home}/a b x~ ~user `)
      }))

    it('keeps secrets to the program: no file, no argv, no environment of ours', () =>
      withAgent(async (agent) => {
        agent.run({ argv: ['sleep', '60'], env: { TOKEN: 'hunter2secret' } })
        const child = await agent.child()
        await eventually(() => expect(agent.exists('env')).to.equal(false))
        await eventually(() =>
          expect(readFileSync(`/proc/${child}/cmdline`, 'latin1')).to.equal(['sleep', '60', ''].join('\0')),
        )
        expect(readFileSync(`/proc/${child}/environ`, 'latin1')).to.include('TOKEN=hunter2secret')
        const holders = readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
          .filter((pid) => {
            try {
              const text =
                readFileSync(`/proc/${pid}/environ`, 'latin1') +
                readFileSync(`/proc/${pid}/cmdline`, 'latin1')
              return text.includes('hunter2secret')
            } catch {
              return false
            }
          })
        expect(holders).to.deep.equal([String(child)])
        expect(spawnSync('grep', ['-rl', 'hunter2secret', agent.root]).stdout.toString()).to.equal('')
      }))

    it('starts a generation once, whoever asks how often', () =>
      withAgent(async (agent) => {
        const mark = join(agent.sandbox.home, 'starts')
        const line = agent.place({ argv: ['sh', '-c', `echo x >> ${mark}; sleep 60`] })
        const panes = Array.from({ length: 4 }, () => agent.inPane(line))
        const launchers = panes.map((pane) =>
          Number(agent.sandbox.run('display', '-p', '-t', pane, '#{pane_pid}')),
        )
        const child = await agent.child()
        await eventually(() => expect(launchers.filter(isAlive)).to.have.length(1))
        expect(panes.map((pane) => agent.screen(pane)).join('')).to.include('was started before')
        expect(readFileSync(mark, 'utf8')).to.equal('x\n')
        expect(isAlive(child)).to.equal(true)
      }))

    it('records which process it is', () =>
      withAgent(async (agent) => {
        const pane = agent.run({ argv: ['sleep', '60'] })
        const child = await agent.child()
        const decoded = decodeProcessRecord(agent.read('process.json'))
        if (!decoded.ok) throw new Error(decoded.reason)
        expect(decoded.value.pid).to.equal(child)
        expect(decoded.value.launcher).to.equal(
          Number(agent.sandbox.run('display', '-p', '-t', pane, '#{pane_pid}')),
        )
        const ticks = (pid: number) =>
          readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[19]
        expect(decoded.value.start).to.equal(ticks(child))
        expect(decoded.value.launcherStart).to.equal(ticks(decoded.value.launcher))
        expect(decoded.value.bootId).to.equal(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
      }))

    it('lets Ctrl-C and Ctrl-Z reach the program, and outlives both', () =>
      withAgent(async (agent) => {
        const pane = agent.run({
          argv: [
            'sh',
            '-c',
            'n=0; trap \'echo interrupted; n=$((n+1)); [ $n -lt 2 ] || exit 9\' INT; trap "echo continued" CONT; echo ready; while :; do sleep 0.05; done',
          ],
        })
        const press = (key: string) => agent.sandbox.run('send-keys', '-t', pane, key)
        await eventually(() => expect(agent.screen(pane)).to.include('ready'))
        press('C-c')
        await eventually(() => expect(agent.screen(pane)).to.include('interrupted'))
        press('C-z')
        await eventually(() => expect(agent.screen(pane)).to.include('continued'))
        press('C-c')
        expect(await agent.exit()).to.include({ exitCode: 9, signal: null })
      }))

    it('lets a Ctrl-C end a program that does not mind it', () =>
      withAgent(async (agent) => {
        const pane = agent.run({ argv: ['sleep', '60'] })
        const child = await agent.child()
        await eventually(() => expect(readFileSync(`/proc/${child}/cmdline`, 'latin1')).to.match(/^sleep/))
        agent.sandbox.run('send-keys', '-t', pane, 'C-c')
        expect(await agent.exit()).to.include({ exitCode: 130, signal: 'INT' })
      }))

    it('gives the program the terminal', () =>
      withAgent(async (agent) => {
        const pane = agent.run({
          argv: [
            'sh',
            '-c',
            'stty -echo; echo ask; read -r answer; echo "got $answer"; [ -t 0 ] && [ -t 1 ]',
          ],
        })
        await eventually(() => expect(agent.screen(pane)).to.include('ask'))
        agent.sandbox.run('send-keys', '-t', pane, '-l', 'yes\n')
        expect(await agent.exit()).to.include({ exitCode: 0 })
        expect(agent.screen(pane)).to.include('got yes')
      }))

    for (const [what, kill] of [
      [
        'its window is killed',
        (agent: AgentDir, pane: string) => agent.sandbox.run('kill-window', '-t', pane),
      ],
      ['the tmux server goes', (agent: AgentDir) => agent.sandbox.run('kill-server')],
      [
        'the launcher is killed',
        (agent: AgentDir, pane: string) =>
          process.kill(Number(agent.sandbox.run('display', '-p', '-t', pane, '#{pane_pid}')), 'SIGKILL'),
      ],
    ] as const) {
      it(`leaves no process and writes the record when ${what}`, () =>
        withAgent(async (agent) => {
          // Outlives a hang-up and a request, and so does its child.
          const stubborn =
            'trap "" HUP TERM; (trap "" HUP TERM; echo $$ ready; while :; do sleep 0.1; done) & while :; do sleep 0.1; done'
          const pane = agent.run({ argv: ['sh', '-c', stubborn] })
          const child = await agent.child()
          await eventually(() => expect(agent.screen(pane)).to.include('ready'))
          kill(agent, pane)
          expect(await agent.exit()).to.include({ exitCode: null, signal: 'HUP' })
          expect(isAlive(child)).to.equal(false)
          const group = execFileSync('ps', ['-A', '-o', 'pgid=', '-o', 'stat=']).toString()
          expect(
            group.split('\n').filter((line) => line.trim().startsWith(`${child} `) && !line.includes('Z')),
          ).to.deep.equal([])
          expect(agent.exists('alive')).to.equal(false)
        }))
    }

    it('ends what a program leaves behind in its group', () =>
      withAgent(async (agent) => {
        agent.run({ argv: ['sh', '-c', 'sleep 61 & echo $! > "$ORCHESTRA_DIR/left"; exit 0'] })
        expect(await agent.exit()).to.include({ exitCode: 0 })
        expect(isAlive(Number(readFileSync(join(agent.path, 'left'), 'utf8')))).to.equal(false)
      }))

    it('rings once the record is there', () =>
      withAgent(async (agent) => {
        const heard = agent.installBell()
        agent.run({ argv: ['true'] })
        await eventually(() => expect(heard()).to.include('R CG-1'))
        expect(agent.exists('exit.json')).to.equal(true)
      }))

    it('does not mind a bell that nobody reads, that is a file, or gone', () =>
      withAgent(async (agent) => {
        const bell = join(agent.path, '../bell')
        const makes = [() => {}, () => execFileSync('mkfifo', [bell]), () => writeFileSync(bell, '')]
        for (const make of makes) {
          rmSync(bell, { force: true })
          make()
          agent.run({ argv: ['true'] })
          expect(await agent.exit()).to.include({ exitCode: 0 })
          await eventually(() => expect(processesNaming(agent.path)).to.deep.equal([]))
        }
        expect(readFileSync(bell, 'utf8')).to.equal('')
      }))

    it('runs a job: output in the pane and in a file, its own exit status, no stdin', () =>
      withAgent(async (agent) => {
        const pane = agent.run({ argv: ['sh', '-c', 'echo out; echo err >&2; cat; exit 3'], capture: true })
        expect(await agent.exit()).to.include({ exitCode: 3 })
        expect(agent.read('output')).to.equal('out\nerr\n')
        expect(agent.screen(pane)).to.include('out\nerr')
        expect(['raw', 'copy', 'first'].some((name) => agent.exists(name))).to.equal(false)
      }))

    it('keeps a long output whole, of an endless one the beginning and the end', () =>
      withAgent(async (agent) => {
        const lines = 'i=0; while [ $i -lt 4000 ]; do printf "%0100d\\n" $i; i=$((i+1)); done; echo last'
        agent.run({ argv: ['sh', '-c', lines], capture: true })
        await agent.exit()
        expect(agent.read('output')).to.have.length(262_144)
        expect(agent.read('output').endsWith('3999\nlast\n')).to.equal(true)
        expect(Number(agent.read('output.rest'))).to.equal(0)
        expect(agent.read('output.begin')).to.have.length(4000 * 101 + 5)

        agent.run({ argv: ['seq', '1', '1200000'], capture: true })
        await agent.exit()
        const whole = Array.from({ length: 1_200_000 }, (_, i) => `${i + 1}\n`).join('')
        const [begin, end] = [agent.read('output.begin'), agent.read('output.end')]
        expect(begin.length).to.be.within(HALF, HALF + 1024 * 1024)
        expect(whole.startsWith(begin) && whole.endsWith(end)).to.equal(true)
        expect([end.length, begin.length + Number(agent.read('output.rest'))]).to.deep.equal([
          HALF,
          whole.length,
        ])
      }))

    it('has what a job printed on the disk while it still runs', () =>
      withAgent(async (agent) => {
        agent.run({ argv: ['sh', '-c', 'echo first; sleep 61'], capture: true })
        await eventually(() => expect(agent.read('output.begin')).to.equal('first\n'))
        process.kill(-(await agent.child()), 'SIGKILL')
        expect(await agent.exit()).to.include({ exitCode: 137 })
      }))

    it('does not wait for somebody who cannot be found with the output', () =>
      withAgent(async (agent) => {
        // Nothing leads to it: no mark, no group, no parent.
        const hidden = 'env -i setsid sh -c "sleep 20 & echo \\$! > $ORCHESTRA_DIR/left"'
        agent.run({ argv: ['sh', '-c', `${hidden}; echo done`], capture: true })
        expect(await agent.exit()).to.include({ exitCode: 0 })
        expect(agent.read('output')).to.equal('done\n')
        process.kill(Number(readFileSync(join(agent.path, 'left'), 'utf8')))
      }))

    it('ends what left the group, the session, the environment or its parent, whatever it ignores', () =>
      withAgent(async (agent) => {
        const [loop, pids] = [join(agent.sandbox.home, 'loop'), join(agent.sandbox.home, 'pids')]
        writeFileSync(loop, `trap '' HUP TERM INT; echo $$ >> ${pids}; while :; do sleep 0.1; done\n`)
        const starts = [
          `setsid sh ${loop}`,
          `env -i sh ${loop}`,
          `env -i setsid sh ${loop}`,
          `setsid sh -c "env -i setsid sh ${loop}; :"`,
          `setsid sh -c "setsid sh ${loop} & exit"`,
        ]
        const argv = ['sh', '-c', `${starts.join(' & ')} & exec sleep 60`]
        agent.run({ argv, timeout: 2, capture: true })
        expect(await agent.exit()).to.include({ exitCode: 143, timedOut: true })
        const left = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
        expect(left).to.have.length(starts.length)
        expect(left.filter(isAlive)).to.deep.equal([])
      }))

    it('ends a job, and only that, when its time is up', () =>
      withAgent(async (agent) => {
        agent.run({ argv: ['sh', '-c', 'echo begin; sleep 62; echo never'], capture: true, timeout: 1 })
        expect(await agent.exit()).to.include({ exitCode: 143, signal: 'TERM', timedOut: true })
        expect(agent.read('output')).to.equal('begin\n')
        agent.run({ argv: ['sh', '-c', 'exit 4'], capture: true, timeout: 60 })
        expect(await agent.exit()).to.include({ exitCode: 4, timedOut: false })
      }))

    it('writes the record onto a disk that the program filled', function () {
      if (process.getuid?.() !== 0) return this.skip()
      return withAgent(async (agent) => {
        const { startDir } = agent
        mkdirSync(startDir)
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'tmpfs', startDir])
        try {
          agent.run({
            argv: ['sh', '-c', 'cat /dev/zero > "$1/ballast" 2>/dev/null; exit 5', 'sh', startDir],
          })
          expect(await agent.exit()).to.include({ exitCode: 5 })
        } finally {
          agent.sandbox.tryRun('kill-server')
          execFileSync('umount', ['-l', startDir])
        }
      })
    })

    it('refuses what it cannot start, and says why', () =>
      withAgent(async (agent) => {
        const run = (...args: string[]) =>
          spawnSync(shell[0] as string, [...shell.slice(1), ...args], { encoding: 'utf8' })
        const launcher = agent.commandLine.match(/\S+launch\.sh/)?.[0] as string
        for (const [args, text] of [
          [['relative', '1'], 'absolute path'],
          [[agent.path, 'x'], 'must be a number'],
          [[agent.path, '99'], 'nothing to start'],
        ] as const) {
          const { status, stderr } = run(launcher, ...args)
          expect(status).to.equal(125)
          expect(stderr).to.include(text)
        }
      }))
  })
}
