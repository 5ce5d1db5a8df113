import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { decodeAgentResult, decodeAgentStatus } from '../../../lib/core/protocol/agent-report.js'
import { eventually } from '../../support/eventually.js'
import { withTmuxServer } from '../../support/tmux.js'
import { AgentDir, SHELLS } from './agent-dir.js'

const REPORT = fileURLToPath(new URL('../../../lib/agents/host/orchestra-report.sh', import.meta.url))
const expected = { agent: 'CG-1', task: 'Task-2', nonce: 'abcdefgh', attempt: 'Task-2.1' }
const TASK = {
  version: 1,
  task: 'Task-2',
  attempt: 'Task-2.1',
  nonce: 'abcdefgh',
  title: 'say "nonce": "zzzzzzzz"',
}

for (const shell of SHELLS) {
  describe(`orchestra-report under ${shell.join(' ')}`, () => {
    let root: string
    let dir: string
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'orchestra-report-'))
      dir = join(root, 'CG-1')
      mkdirSync(dir)
      writeFileSync(join(dir, 'task.json'), JSON.stringify(TASK, null, 2))
    })
    afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }))

    function report(args: readonly string[], more: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
      const env = { PATH: process.env['PATH'], ORCHESTRA_DIR: dir, ORCHESTRA_AGENT: 'CG-1', ...more.env }
      const argv = [...shell.slice(1), REPORT, ...args]
      return spawnSync(shell[0] as string, argv, { encoding: 'utf8', env, input: more.input ?? '' })
    }
    const read = (name: string) => readFileSync(join(dir, name), 'utf8')
    const status = () => {
      const decoded = decodeAgentStatus(read('status.json'), expected)
      if (!decoded.ok) throw new Error(decoded.reason)
      return decoded.value
    }
    const result = () => {
      const decoded = decodeAgentResult(read('results/Task-2.1.json'), expected)
      if (!decoded.ok) throw new Error(decoded.reason)
      return decoded.value
    }

    it('says how far the task is', () => {
      expect(report(['status', '0.75', 'tests', 'pass'])).to.include({ status: 0, stderr: '' })
      expect(status()).to.include({ status: 'IN_PROGRESS', progress: 0.75, text: 'tests pass' })
      report(['status', '40%'])
      expect(status()).to.include({ progress: 0.4, text: null })
    })

    it('writes every text as JSON that reads back the same', () => {
      for (const text of [
        'say "hi" \\ $HOME',
        'two\nlines\n',
        '日本語 😀',
        '\u0001\u001b[31m\t\u007f',
        '-n',
        "it's %s %d",
        '{}',
      ]) {
        rmSync(join(dir, 'results'), { recursive: true, force: true, maxRetries: 10 })
        expect(report(['done', text]).status).to.equal(0)
        expect((JSON.parse(read('results/Task-2.1.json')) as { text: string }).text).to.equal(text)
      }
    })

    it('reads a long text from stdin and keeps its beginning', () => {
      expect(report(['fail', '-'], { input: `${'x'.repeat(60_000)}\n` }).status).to.equal(0)
      expect((JSON.parse(read('results/Task-2.1.json')) as { text: string }).text).to.equal(
        'x'.repeat(32_768),
      )
    })

    it('tells done, failed and blocked apart', () => {
      for (const [verb, word] of [
        ['done', 'COMPLETED'],
        ['fail', 'FAILED'],
        ['blocked', 'BLOCKED'],
      ] as const) {
        rmSync(join(dir, 'results'), { recursive: true, force: true, maxRetries: 10 })
        report([verb, 'because'])
        expect(result()).to.include({ outcome: verb, text: 'because' })
        expect(status().status).to.equal(word)
      }
    })

    it('says that an attempt was reported as finished before, and changes nothing', () => {
      report(['done', 'first'])
      expect(report(['done', 'second'])).to.include({ status: 0 })
      const late = report(['fail', 'third'])
      expect(late.status).to.equal(1)
      expect(late.stderr).to.include('Task-2.1 is finished already: it was reported as done')
      expect(report(['status', '0.5']).status).to.equal(1)
      expect(result()).to.include({ outcome: 'done', text: 'first' })
    })

    it('does not take the record of an attempt with another nonce for its own', () => {
      report(['done', 'first'])
      writeFileSync(join(dir, 'task.json'), JSON.stringify({ ...TASK, nonce: 'bbbbbbbb' }))
      expect(report(['fail', 'anew']).status).to.equal(0)
      expect(read('results/Task-2.1.json')).to.include('bbbbbbbb')
    })

    it('keeps a checkpoint, and what was said before it', () => {
      const file = join(root, 'notes.md')
      writeFileSync(file, 'so far\n')
      const said = 'half of "it","started_at":null, \\ 日本'
      report(['status', '0.5', said])
      expect(report(['checkpoint', file]).status).to.equal(0)
      expect(read('checkpoints/Task-2')).to.equal('so far\n')
      expect(status()).to.include({ progress: 0.5, text: said, checkpoint: 'checkpoints/Task-2' })
      writeFileSync(file, Buffer.alloc(1_048_577))
      expect(report(['checkpoint', file])).to.include({ status: 1 })
      expect(read('checkpoints/Task-2')).to.equal('so far\n')
    })

    it('lets nobody else read what it writes', () => {
      report(['done'])
      expect(
        execFileSync('find', [
          dir,
          '-newer',
          join(dir, 'task.json'),
          '-perm',
          '/077',
          '-type',
          'f',
        ]).toString(),
      ).to.equal('')
    })

    it('explains wrong use', () => {
      for (const args of [
        [],
        ['what'],
        ['status'],
        ['status', '1.5'],
        ['status', 'x'],
        ['status', '.'],
        ['fail'],
        ['blocked', ''],
        ['checkpoint'],
        ['checkpoint', '/no/such/file'],
      ]) {
        const { status, stderr } = report(args)
        expect(status, args.join(' ')).to.equal(2)
        expect(stderr).to.include('orchestra-report: ').and.include('orchestra-report status 0.75')
      }
      expect(report(['--help'])).to.include({ status: 0, stderr: '' })
    })

    it('says so outside an agent and without a task', () => {
      expect(report(['done'], { env: { ORCHESTRA_DIR: '' } }).stderr).to.include('ORCHESTRA_DIR is not set')
      rmSync(join(dir, 'task.json'))
      expect(report(['done']))
        .to.include({ status: 1 })
        .and.have.property('stderr')
        .that.includes('no task')
    })

    it('leaves the record before it whole when the disk is full', function () {
      if (process.getuid?.() !== 0) return this.skip()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', dir])
      try {
        writeFileSync(join(dir, 'task.json'), JSON.stringify(TASK))
        report(['status', '0.5'])
        spawnSync('sh', ['-c', 'cat /dev/zero > ballast'], { cwd: dir })
        const { status: code, stderr } = report(['status', '0.75'])
        expect(code).to.equal(1)
        expect(stderr).to.include('could not write')
        expect(status()).to.include({ progress: 0.5 })
        expect(report(['done']).status).to.equal(1)
        expect(readdirSync(dir).filter((name) => name.includes('.part'))).to.deep.equal([])
        rmSync(join(dir, 'ballast'))
        expect(report(['done']).status).to.equal(0)
        expect(result()).to.include({ outcome: 'done' })
        return undefined
      } finally {
        execFileSync('umount', ['-l', dir])
      }
    })

    it('rings, in a pane and by the name that the launcher puts on PATH', () =>
      withTmuxServer(async (sandbox) => {
        const agent = new AgentDir(sandbox, shell)
        const heard = agent.installBell()
        writeFileSync(join(agent.path, 'task.json'), JSON.stringify(TASK))
        agent.run({ argv: ['sh', '-c', 'orchestra-report status 0.25; sleep 30'] })
        await eventually(() => expect(heard()).to.equal('R CG-1\n'))
        expect(
          decodeAgentStatus(readFileSync(join(agent.path, 'status.json'), 'utf8'), expected),
        ).to.have.nested.property('value.progress', 0.25)
      }))
  })
}
