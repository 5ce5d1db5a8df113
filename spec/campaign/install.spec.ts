/** E62: the packed program in a clean place, with no script run, with and without the optional packages. Needs a registry. */
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const ALLOWED =
  /^package\/(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|dist\/[\w.-]+\.cjs|layouts\/.*|config\/.*|lib\/agents\/host\/[\w-]+\.sh|lib\/store\/copy\/copy-store\.cjs)$/

describe('the packed program', function () {
  this.timeout(300_000)
  let dir: string
  let tarball: string
  const run = (program: string, args: readonly string[], env: Record<string, string> = {}, cwd = dir) => {
    const found = spawnSync(program, args, {
      cwd,
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, ...env },
    })
    return { code: found.status, text: found.stdout + found.stderr }
  }

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'orc-install-'))
    const packed = run('npm', ['pack', '--silent', '--pack-destination', dir], {}, ROOT)
    expect(packed.code, packed.text).to.equal(0)
    tarball = join(dir, readdirSync(dir).find((name) => name.endsWith('.tgz')) ?? '')
  })
  after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }))

  it('holds nothing that should not be there', () => {
    const names = run('tar', ['tzf', tarball]).text.trim().split('\n')
    expect(names.filter((name) => !ALLOWED.test(name))).to.deep.equal([])
    const { text } = run('sh', ['-c', 'tar xzOf "$1" | grep -acF "$2"', 'sh', tarball, ROOT])
    expect(text.trim(), 'names the directory in which it was built').to.equal('0')
    console.log(`E62: ${names.length} files in the package`)
  })

  // Other versions of Node come from the registry, with their own npm; neither runs a script.
  for (const [node, npm] of [
    ['20', '10'],
    ['22', '12'],
    ['24', '12'],
  ] as const) {
    it(`is installed by npm ${npm}, and works with Node ${node}`, function () {
      const place = join(dir, `node-${node}`)
      const system = `node-${process.platform}-${process.arch}@${node}`
      const args = ['install', '--prefix', place, '--ignore-scripts', '--no-audit', '--no-fund']
      const got = run('npm', [...args, system, `npm@${npm}`])
      if (got.code !== 0) {
        console.log(`SKIPPED, NOT TESTED: Node ${node}: ${got.text.trim().split('\n').at(-1)}`)
        return this.skip()
      }
      const program = join(place, 'node_modules', system.split('@')[0] ?? '', 'bin/node')
      const version = run(program, ['--version']).text.trim()
      expect(version).to.match(new RegExp(`^v${node}\\.`))
      const prefix = join(place, 'global')
      const home = mkdtempSync(join(tmpdir(), 'orc-inst-home-'))
      const env = {
        HOME: home,
        ORCHESTRA_HOME: join(home, 'state'),
        TMUX_TMPDIR: home,
        TMUX: '',
        PATH: `${join(prefix, 'bin')}:${dirname(program)}:/usr/local/bin:/usr/bin:/bin`,
      }
      const cli = join(place, 'node_modules/npm/bin/npm-cli.js')
      const orchestra = (...words: string[]) => run('orchestra', words, env, home)
      try {
        const installed = run(
          program,
          [cli, 'install', '-g', '--prefix', prefix, '--ignore-scripts', tarball],
          {
            PATH: env.PATH,
          },
        )
        expect(installed.code, installed.text).to.equal(0)
        expect(readFileSync(join(prefix, 'bin/orchestra'), 'utf8')).to.match(/^#!\/usr\/bin\/env node/)
        writeFileSync(
          join(home, 'orchestra.yaml'),
          'version: 1\nsession: inst\nmachines: { here: { kind: local } }\nagents: { A: { type: demo } }\n',
        )
        for (const words of [['validate'], ['up', '-d', '--wait'], ['status'], ['doctor'], ['down']]) {
          const done = orchestra(...words)
          expect(done.code, `orchestra ${words.join(' ')}: ${done.text}`).to.equal(0)
        }
        const npmVersion = run(program, [cli, '--version']).text.trim()
        console.log(
          `E62: Node ${version}, npm ${npmVersion}: installed without scripts; up, status, doctor, down work`,
        )
      } finally {
        orchestra('down')
        rmSync(home, { recursive: true, force: true, maxRetries: 5 })
      }
    })
  }

  // npm 11 does not heed --omit=optional where it installs a tarball with -g: they are removed by hand.
  for (const [what, gone] of [
    ['without scripts', []],
    ['without scripts and optional packages', ['libsql', '@libsql', 'node-pty', '@lydell']],
  ] as const) {
    it(`is installed ${what}, and works or says what it lacks`, () => {
      const prefix = join(dir, what.replaceAll(' ', '-'))
      const since = performance.now()
      const installed = run('npm', [
        'install',
        '-g',
        '--prefix',
        prefix,
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        tarball,
      ])
      expect(installed.code, installed.text).to.equal(0)
      for (const name of gone)
        rmSync(join(prefix, 'lib/node_modules/tmux-orchestra/node_modules', name), { recursive: true })
      const seconds = (performance.now() - since) / 1000
      const home = mkdtempSync(join(tmpdir(), 'orc-inst-home-'))
      const env = {
        HOME: home,
        ORCHESTRA_HOME: join(home, 'state'),
        TMUX_TMPDIR: home,
        TMUX: '',
        PATH: `${join(prefix, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      }
      const orchestra = (...args: string[]) => run('orchestra', args, env, home)
      try {
        expect(orchestra('--version').text).to.match(/^\d+\.\d+\.\d+/)
        writeFileSync(
          join(home, 'orchestra.yaml'),
          'version: 1\nsession: inst\nmachines: { here: { kind: local } }\nagents: { A: { type: demo } }\n',
        )
        expect(orchestra('validate').code).to.equal(0)
        const up = orchestra('up', '-d', '--wait')
        const hasStore = gone.length === 0 || Number(process.versions.node.split('.')[0]) > 20
        if (!hasStore) {
          expect(up.code).not.to.equal(0)
          expect(up.text)
            .to.match(/libsql|SQLite/i)
            .and.not.match(/ at .*:\d+:\d+/)
        } else {
          expect(up.code, up.text).to.equal(0)
          expect(orchestra('status').text).to.include('A')
          expect(orchestra('doctor').code, orchestra('doctor').text).to.be.lessThan(2)
          const down = orchestra('down')
          expect(down.code, down.text).to.equal(0)
        }
        console.log(
          `E62: ${what}: installed in ${seconds.toFixed(0)} s; ${hasStore ? 'works' : up.text.trim().split('\n')[0]}`,
        )
      } finally {
        orchestra('down')
        rmSync(home, { recursive: true, force: true, maxRetries: 5 })
      }
    })
  }
})
