import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSshConfig, splitWords } from '../../../lib/ssh/ssh-config-reader.js'

describe('the small reader of ssh_config', () => {
  let home: string
  const read = (text: string, host: string) => {
    writeFileSync(join(home, '.ssh', 'config'), text)
    return Object.fromEntries(readSshConfig(join(home, '.ssh', 'config'), host, home))
  }

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orch-config-'))
    mkdirSync(join(home, '.ssh', 'd'), { recursive: true })
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  it('lets the first value win and collects identity files', () => {
    const text = `User first\nHost mu*\n  user second\n  IdentityFile a\nHost * !x\n Port=2222\n IdentityFile "b c"\n`
    expect(read(text, 'mugen')).to.deep.equal({ user: ['first'], identityfile: ['a', 'b c'], port: ['2222'] })
    expect(read(text, 'x')).to.deep.equal({ user: ['first'] })
  })

  it('follows Include, with wildcards, and not for ever', () => {
    writeFileSync(join(home, '.ssh', 'd', 'one'), 'Host mugen\n Port 1\n')
    writeFileSync(join(home, '.ssh', 'd', 'two'), 'Include ~/.ssh/config\nUser two\n')
    expect(read('Include d/*\n', 'mugen')).to.deep.equal({ port: ['1'], user: ['two'] })
  })

  it('passes over Match blocks that it cannot judge', () => {
    expect(read('Match exec "rm -rf /"\n User bad\nMatch all\n User good\n', 'm')).to.deep.equal({
      user: ['good'],
    })
  })

  it('is empty without a file', () => {
    expect(readSshConfig(join(home, 'none'), 'm', home).size).to.equal(0)
  })

  it('splits words as ssh does', () => {
    expect(splitWords('  Key = "a b" c ')).to.deep.equal(['Key', 'a b', 'c'])
    expect(splitWords('# Key value')).to.deep.equal([])
  })
})
