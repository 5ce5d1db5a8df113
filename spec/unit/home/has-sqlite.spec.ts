import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasSqlite } from '../../../lib/home/has-sqlite.js'

describe('hasSqlite', () => {
  it('is true of this checkout', () => {
    expect(hasSqlite()).to.equal(true)
  })

  it('is not fooled by a package that is absent, or whose library does not load', () => {
    const dir = mkdtempSync(join(tmpdir(), 'orc-no-sqlite-'))
    try {
      expect(hasSqlite(dir)).to.equal(isBuiltin('node:sqlite'))
      const own = join(dir, 'node_modules/libsql')
      mkdirSync(own, { recursive: true })
      writeFileSync(join(own, 'package.json'), '{ "main": "index.js" }')
      writeFileSync(join(own, 'index.js'), 'throw new Error("wrong ELF class")')
      expect(hasSqlite(dir)).to.equal(isBuiltin('node:sqlite'))
      writeFileSync(join(own, 'index.js'), '')
      expect(hasSqlite(dir)).to.equal(true)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
