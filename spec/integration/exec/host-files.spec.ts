import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putFile, readFiles } from '../../../lib/exec/host-files.js'
import { LocalLink } from '../../../lib/exec/local-link.js'
import { probeHost } from '../../../lib/exec/probe-host.js'
import { Shell } from '../../../lib/exec/shell.js'

describe('files of a host', () => {
  let home: string
  let link: LocalLink
  let shell: Shell

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orch-files-'))
    link = new LocalLink({ home, env: { PATH: process.env['PATH'], SHELL: '/bin/sh' } })
    link.start()
    shell = new Shell(link)
  })

  afterEach(async () => {
    await link.stop()
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })

  it('writes a file whole, with its mode, and leaves nothing beside it', async () => {
    await putFile(shell, '~/deep/a b', Buffer.from([0, 255, 10, 13, 39]), 0o640)
    const path = join(home, 'deep', 'a b')
    expect(readFileSync(path)).to.deep.equal(Buffer.from([0, 255, 10, 13, 39]))
    expect(statSync(path).mode & 0o777).to.equal(0o640)
    expect(statSync(join(home, 'deep')).mode & 0o777).to.equal(0o700)
    expect(readdirSync(join(home, 'deep'))).to.deep.equal(['a b'])
  })

  it('replaces a link instead of writing through it', async () => {
    writeFileSync(join(home, 'victim'), 'mine')
    symlinkSync('victim', join(home, 'link'))
    await putFile(shell, join(home, 'link'), Buffer.from('new'), 0o600)
    expect(readFileSync(join(home, 'victim'), 'utf8')).to.equal('mine')
    expect(readFileSync(join(home, 'link'), 'utf8')).to.equal('new')
  })

  it('writes an empty file', async () => {
    await putFile(shell, '~/empty', Buffer.alloc(0), 0o600)
    expect(statSync(join(home, 'empty')).size).to.equal(0)
  })

  it('refuses to write where a directory is', async () => {
    mkdirSync(join(home, 'dir'))
    let message = ''
    await putFile(shell, '~/dir', Buffer.from('x'), 0o600).catch((error: Error) => (message = error.message))
    expect(message).to.contain('is a directory')
  })

  it('reads only regular files, in order, bounded', async () => {
    writeFileSync(join(home, 'long'), 'x'.repeat(5000))
    writeFileSync(join(home, 'empty'), '')
    writeFileSync(join(home, 'bytes'), Buffer.from([0, 1, 2, 255]))
    symlinkSync('bytes', join(home, 'link'))
    execFileSync('mkfifo', [join(home, 'fifo')])
    const paths = ['~/bytes', '~/long', '~/empty', '~/link', '~/fifo', '~/none', '~', '/dev/zero']
    const [bytes, long, empty, ...others] = await readFiles(shell, paths, 1000)
    expect(bytes).to.deep.equal({ kind: 'file', bytes: Buffer.from([0, 1, 2, 255]), truncated: false })
    expect(long).to.deep.equal({ kind: 'file', bytes: Buffer.from('x'.repeat(1000)), truncated: true })
    expect(empty).to.deep.equal({ kind: 'file', bytes: Buffer.alloc(0), truncated: false })
    expect(others).to.deep.equal([
      { kind: 'refused', why: 'link' },
      { kind: 'refused', why: 'not_regular' },
      { kind: 'absent' },
      { kind: 'refused', why: 'not_regular' },
      { kind: 'refused', why: 'not_regular' },
    ])
  })

  it('learns who the host is in one go', async () => {
    const { facts } = await probeHost(shell)
    expect(facts).to.include({ home, uname: 'Linux' })
    expect(facts.path.split(':')).to.include('/usr/bin')
    expect(facts.cores).to.be.greaterThan(0)
    expect(Math.abs(facts.clockSkewSeconds ?? 99)).to.be.lessThan(3)
  })

  it('is not misled by a noisy profile, and takes its PATH', async () => {
    writeFileSync(
      join(home, '.profile'),
      'echo welcome; echo path=/evil; PATH=/from/profile:$PATH; export PATH\n',
    )
    const { facts } = await probeHost(shell)
    expect(facts.path).to.match(/^\/from\/profile:/)
    expect(facts.path).not.to.contain('evil')
  })
})
