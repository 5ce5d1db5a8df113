import { expect } from 'chai'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenSource } from '../../../lib/core/github/spec.js'
import { TokenKeeper } from '../../../lib/github/token.js'

describe('the token', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orc-token-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  let now = 0
  const keeper = (source: TokenSource | null, env: Record<string, string> = { PATH: process.env['PATH']! }) =>
    new TokenKeeper({ source, env: () => env, pace: { tokenMs: 500, limitedMs: 60_000 }, now: () => now })
  const command = (script: string): TokenSource => ({ kind: 'command', argv: ['sh', '-c', script] })

  it('comes from a command, a file of ours alone, or a variable', async () => {
    const path = join(dir, 'token')
    writeFileSync(path, 'from-file\n', { mode: 0o600 })
    expect(await keeper(command('echo from-command; echo more')).get(false)).to.equal('from-command')
    expect(await keeper({ kind: 'file', path }).get(false)).to.equal('from-file')
    expect(await keeper({ kind: 'env', name: 'T' }, { T: 'from-env' }).get(false)).to.equal('from-env')
  })

  it('is not taken from a file that others can read, and the reason names the fix', async () => {
    const path = join(dir, 'token')
    writeFileSync(path, 'secret-of-mine')
    chmodSync(path, 0o640)
    const one = keeper({ kind: 'file', path })
    expect(await one.get(false)).to.equal(null)
    expect(one.problem).to.contain(`chmod 600 ${path}`)
    expect(one.problem).not.to.contain('secret-of-mine')
  })

  it('stands in no problem, whatever a command prints', async () => {
    for (const script of ['echo secret-x; exit 3', 'echo "secret-x y"', 'echo secret-x >&2; sleep 5']) {
      const one = keeper(command(script))
      expect(await one.get(false), script).to.equal(null)
      expect(one.problem, script).to.be.a('string').and.not.contain('secret-x')
    }
  })

  it('is fetched again after it was rejected, once in a while', async () => {
    const count = join(dir, 'count')
    const one = keeper(command(`echo x >> ${count}; wc -l < ${count}`))
    now = 0
    expect(await one.get(false)).to.equal('1')
    expect(await one.get(true)).to.equal('1')
    now = 60_000
    expect(await one.get(false)).to.equal('1')
    expect(await one.get(true)).to.equal('2')
  })
})
