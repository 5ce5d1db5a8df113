/** A build is told from another by the commit of its sources, and a CLI notices a daemon of another build. */
import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { withOrchestra, type Orchestra } from '../support/orchestra.js'

const ROOT = resolve(import.meta.dirname, '../..')

function buildAs(commit: string, dir: string): string {
  mkdirSync(dir)
  for (const name of ['package.json', 'lib', 'layouts', 'workflows', 'config', 'node_modules'])
    symlinkSync(join(ROOT, name), join(dir, name))
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], {
    cwd: dir,
    env: { ...process.env, ORCHESTRA_COMMIT: commit },
  })
  return join(dir, 'dist/orchestra.cjs')
}

describe('builds', function () {
  this.timeout(60_000)

  it('carry their commit, and notice a daemon of another one', () =>
    withOrchestra(async (o) => {
      const commit = execFileSync('git', ['-C', ROOT, 'rev-parse', '--short=9', 'HEAD'], {
        encoding: 'utf8',
      }).trim()
      const ours = (await o.ok('--version')).trim()
      if (process.env['ORCHESTRA_PROGRAM'] === undefined)
        expect(ours).to.match(new RegExp(`^\\d+\\.\\d+\\.\\d+\\+g${commit}`))
      const other = buildAs('feedbeef0', join(o.dir, 'other'))
      const theirs = execFileSync(process.execPath, [other, '--version'], {
        env: o.env,
        encoding: 'utf8',
      }).trim()
      expect(theirs).to.equal(`${ours.split('+')[0]}+gfeedbeef0`)

      const layout = o.write(
        'orchestra.yaml',
        'version: 1\nsession: builds\nagents: { A-1: { type: demo } }\n',
      )
      await o.ok('up', layout, '-d', '--wait')
      expect((await o.run(['status'])).stderr).to.equal('')
      const { pid } = (await o.status()).agents[0] ?? {}
      const use = Object.assign(Object.create(o) as Orchestra, { program: other })
      for (const args of [['status'], ['up', layout, '-d']]) {
        const { code, stderr } = await use.run(args)
        expect(code, stderr).to.equal(0)
        expect(stderr, args[0])
          .to.include(ours)
          .and.include(theirs)
          .and.include('orchestra down --keep-agents')
      }
      // What it says works: the other build takes over, its agents alive.
      expect((await use.run(['down', '--keep-agents'])).stderr).to.equal('')
      const up = await use.run(['up', layout, '-d', '--wait'])
      expect(up.stderr).to.equal('')
      const status = JSON.parse((await use.run(['status', '--json'])).stdout) as Awaited<
        ReturnType<typeof o.status>
      >
      expect(status.daemon?.version).to.equal(theirs)
      expect(status.agents[0]?.pid).to.equal(pid)
      expect((await use.run(['down'])).code).to.equal(0)
    }))
})
