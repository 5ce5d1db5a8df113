import { expect } from 'chai'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDir } from '../../../lib/home/make-dir.js'

describe('makeDir', () => {
  let dir: string
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'orc-dir-'))))
  afterEach(() => rmSync(dir, { recursive: true }))

  it('makes all that is missing, for its owner alone, and may be called again', () => {
    const deep = join(dir, 'a', 'b', 'c')
    makeDir(deep)
    makeDir(deep)
    expect(statSync(deep).mode & 0o777).to.equal(0o700)
    expect(statSync(join(dir, 'a')).mode & 0o777).to.equal(0o700)
  })

  it('throws where there can be none', () => {
    writeFileSync(join(dir, 'file'), '')
    expect(() => makeDir(join(dir, 'file'))).to.throw(/EEXIST/)
    expect(() => makeDir(join(dir, 'file', 'x', 'y'))).to.throw(/ENOTDIR/)
  })

  it('comes to an end where a directory that exists says ENOENT', function () {
    if (process.platform !== 'linux') this.skip()
    expect(() => makeDir('/proc/nobody/a/b')).to.throw(/ENOENT/)
  })
})
