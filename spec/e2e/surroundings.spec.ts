/** What a person's shell may lack: a directory, a disk behind stdout, a locale with UTF-8. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../support/eventually.js'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'

const LAYOUT = `version: 1
session: s
machines: { here: { kind: local } }
agents: { A: { type: command, command: [sh, -c, 'sleep 600'] } }
`

/** In a directory that is gone by then. `rest`: shell words behind the program's. */
function inNoDirectory(orchestra: Orchestra, rest: string) {
  const gone = join(orchestra.dir, 'gone')
  mkdirSync(gone)
  const script = `cd "$1" && rmdir "$1" && shift && "$@" ${rest}`
  const done = spawnSync('sh', ['-c', script, 'sh', gone, process.execPath, orchestra.program], {
    env: orchestra.env,
    encoding: 'utf8',
  })
  if (existsSync(gone)) rmdirSync(gone)
  return done
}

describe('the surroundings of a verb', function () {
  this.timeout(60_000)

  it('without a directory: verbs that need none work, the others say so in words', () =>
    withOrchestra(async (orchestra) => {
      const layout = orchestra.write('s.yaml', LAYOUT)
      await orchestra.ok('up', layout, '-d')
      for (const verb of ['--version', '--help', 'status', 'machines', 'send A hi', 'explain A', 'down'])
        expect(inNoDirectory(orchestra, verb), verb).to.include({ status: 0 })
      for (const verb of [`validate ${layout}`, `up ${layout} -d`, 'init']) {
        const { status, stderr } = inNoDirectory(orchestra, verb)
        expect(status, verb).to.equal(1)
        expect(stderr, verb).to.match(/^orchestra: the current directory does not exist any more/)
      }
    }))

  it('with a full disk behind stdout: an exit status and a sentence, no stack', () =>
    withOrchestra(async (orchestra) => {
      await orchestra.ok('up', orchestra.write('s.yaml', LAYOUT), '-d', '--wait')
      const verbs = [
        'status',
        'status --json',
        'agents',
        'report',
        'events',
        'graph -f json',
        'explain A',
        'logs A -n 5',
        '--help',
      ]
      for (const verb of verbs) {
        const run = () =>
          spawnSync('sh', ['-c', `"$@" ${verb} >/dev/full`, 'sh', process.execPath, orchestra.program], {
            env: orchestra.env,
            encoding: 'utf8',
            cwd: orchestra.work,
          })
        let done = run()
        // On a loaded machine tmux may not answer at once: 3 says so, and is not what this looks at.
        if (done.status === 3)
          await eventually(() => {
            done = run()
            expect(done.status).not.to.equal(3)
          })
        // The screen of an agent that printed nothing may be empty, too.
        if (verb.startsWith('logs') && done.status === 0) continue
        expect(done.status, `${verb}: ${done.stderr}`).to.equal(1)
        expect(done.stderr, verb).to.match(/^orchestra: cannot write the output: no space is left\n$/)
      }
      const file = await orchestra.run(['report', '-o', '/dev/full'])
      expect(file.code).to.equal(1)
      expect(file.stderr).to.match(/^orchestra: cannot write.*: no space is left\n$/)
      await orchestra.ok('down')
    }))

  it('with a locale that is not UTF-8: plain marks, unless they are asked for', () =>
    withOrchestra(async (orchestra) => {
      await orchestra.ok('up', orchestra.write('s.yaml', LAYOUT), '-d')
      const beyond = async (env: Record<string, string>, ...more: string[]) => {
        const { stdout } = await orchestra.run(['status', ...more], { env: { LANG: '', ...env } })
        return stdout.match(/[^\x00-\x7f]/g)?.length ?? 0
      }
      for (const env of [
        { LC_ALL: 'C' },
        { LANG: 'POSIX' },
        { LC_CTYPE: 'en_US.ISO-8859-1', LANG: 'C.UTF-8' },
      ])
        expect(await beyond(env), JSON.stringify(env)).to.equal(0)
      for (const env of [{}, { LANG: 'C.UTF-8' }, { LC_ALL: 'de_DE.utf8', LANG: 'C' }])
        expect(await beyond(env), JSON.stringify(env)).to.be.above(0)
      expect(await beyond({ LC_ALL: 'C' }, '--no-ascii')).to.be.above(0)
      await orchestra.ok('down')
    }))
})
