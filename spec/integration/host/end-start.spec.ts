import { expect } from 'chai'
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../support/eventually.js'
import { endProcess, isAlive } from '../../support/processes.js'
import { ENDER, SHELLS } from './agent-dir.js'

for (const [shell = 'sh', ...words] of SHELLS) {
  describe(`end-start.sh under ${[shell, ...words].join(' ')}`, () => {
    let dir: string
    const mine: ChildProcess[] = []
    const start = (n: number) => join(dir, 'CG-1.agent', `gen.${n}`)

    /** A process that carries the mark of the start, or of none. */
    const run = async (mark: string | null, argv = ['sleep', '60'], options = {}) => {
      const env = { PATH: process.env['PATH'], ...(mark === null ? {} : { ORCHESTRA_START: mark }) }
      const child = spawn(argv[0] ?? '', argv.slice(1), { env, detached: true, stdio: 'ignore', ...options })
      mine.push(child)
      await eventually(() => expect(readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')).to.include(argv[0]))
      return child.pid ?? 0
    }
    const end = (...args: string[]) => {
      const { status, stdout } = spawnSync(shell, [...words, ENDER, ...args], { encoding: 'utf8' })
      return { status, left: stdout.split('\n').filter(Boolean).map(Number) }
    }

    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'orc-end-'))
      for (const n of [1, 11]) mkdirSync(start(n), { recursive: true })
    })
    afterEach(() => {
      for (const child of mine.splice(0)) endProcess(child.pid ?? 0)
      rmSync(dir, { recursive: true })
    })

    it('ends what carries the mark of that start, and nothing else', async () => {
      const ours = await run(`${start(1)}:`)
      const others = await Promise.all(
        [`${start(11)}:`, `${dir}/CG-1.agent/gen.1`, null].map((mark) => run(mark)),
      )
      expect(end('TERM', '20', start(1))).to.deep.equal({ status: 0, left: [] })
      expect(isAlive(ours)).to.equal(false)
      expect(others.map(isAlive)).to.deep.equal([true, true, true])
    })

    it('ends every start below a directory that is named with a slash', async () => {
      const ours = await Promise.all([1, 11].map((n) => run(`${start(n)}:`)))
      const other = await run(`${dir}x/CG-1.agent/gen.1:`)
      expect(end('TERM', '20', `${dir}/`)).to.deep.equal({ status: 0, left: [] })
      expect([...ours, other].map(isAlive)).to.deep.equal([false, false, true])
    })

    it('lets a program end by itself that does so within the grace', async () => {
      const said = join(dir, 'said')
      const script = `trap 'sleep 0.5; echo saved > ${said}; exit' TERM; while :; do sleep 0.05; done`
      await run(`${start(1)}:`, ['sh', '-c', script])
      expect(end('TERM', '20', start(1)).status).to.equal(0)
      expect(readFileSync(said, 'utf8')).to.equal('saved\n')
    })

    it('ends one that is stopped', async () => {
      const pid = await run(`${start(1)}:`)
      process.kill(pid, 'SIGSTOP')
      expect(end('TERM', '5', start(1)).status).to.equal(0)
      expect(isAlive(pid)).to.equal(false)
    })

    it('takes no word of a process for its pid, whatever the process is called', async () => {
      const other = await run(null)
      const name = `a) S 1 2\n${other} (`.slice(0, 15)
      const script = `printf %s "$1" > /proc/$$/comm; trap "" TERM; while :; do sleep 0.1; done`
      const ours = await run(`${start(1)}:`, ['sh', '-c', script, 'sh', name])
      await eventually(() => expect(readFileSync(`/proc/${ours}/comm`, 'utf8')).to.match(/^a\) S/))
      expect(end('TERM', '3', start(1))).to.deep.equal({ status: 0, left: [] })
      expect([ours, other].map(isAlive)).to.deep.equal([false, true])
    })

    it('ends the group of the program, but not one that was given its pid since', async () => {
      const [ours, other] = [await run(null), await run(null)]
      const ticks = readFileSync(`/proc/${ours}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[19]
      const say = (n: number, pid: number, began: string | undefined) => {
        writeFileSync(join(start(n), 'child'), `${pid}\n`)
        writeFileSync(join(start(n), 'process.json'), `{"pid":${pid},"start":"${began}","launcher":1}\n`)
      }
      say(1, ours, ticks)
      say(11, other, '1')
      expect(end('TERM', '20', start(1), start(11))).to.deep.equal({ status: 0, left: [] })
      expect([ours, other].map(isAlive)).to.deep.equal([false, true])
    })

    it("says that another user's lives on, and leaves it alone", async function () {
      if (process.getuid?.() !== 0) return this.skip()
      const pid = await run(`${start(1)}:`, ['sleep', '60'], { uid: 65534 })
      expect(end('TERM', '5', start(1))).to.deep.equal({ status: 1, left: [pid] })
      expect(isAlive(pid)).to.equal(true)
    })

    it('does nothing for a name that would mean more than it says', async () => {
      const pid = await run(`${start(1)}:`)
      for (const odd of ['', '/', 'x', `${dir}/\n`, 'relative/gen.1'])
        expect(end('TERM', '1', odd)).to.deep.equal({ status: 0, left: [] })
      expect(isAlive(pid)).to.equal(true)
      expect(
        execFileSync('ps', ['-p', String(pid), '-o', 'pid='])
          .toString()
          .trim(),
      ).to.equal(String(pid))
    })
  })
}
