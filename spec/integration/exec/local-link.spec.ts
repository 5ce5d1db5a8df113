import { expect } from 'chai'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { OrchestraError } from '../../../lib/core/errors.js'
import { LocalLink } from '../../../lib/exec/local-link.js'

describe('LocalLink', () => {
  let home: string
  let link: LocalLink

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orch-local-'))
    link = new LocalLink({ home, env: { PATH: process.env['PATH'] } })
    link.start()
  })

  afterEach(async () => {
    await link.stop()
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })

  it('holds a process without a shell, with ~/ expanded', async () => {
    writeFileSync(join(home, 'file'), 'hello')
    const held = await link.hold(['cat', '~/file'])
    expect(await text(held.stdout)).to.equal('hello')
    expect(await held.closed).to.deep.equal({ exitCode: 0, signal: null })
    const literal = await link.hold(['printf', '%s', '$HOME;~/x', 'a b'])
    expect(await text(literal.stdout)).to.equal('$HOME;~/xa b')
  })

  it('drains stderr and keeps its end', async () => {
    const held = await link.hold([
      'sh',
      '-c',
      'head -c 5000000 /dev/zero | tr "\\0" x >&2; echo end >&2; exit 5',
    ])
    held.stdout.resume()
    expect((await held.closed).exitCode).to.equal(5)
    expect(held.stderrTail())
      .to.have.lengthOf(4096)
      .and.match(/xend\n$/)
  })

  it('says what cannot be started', async () => {
    const error = await link.hold(['no-such-program']).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(OrchestraError)
    expect((error as OrchestraError).details).to.include({ delivered: 'not_sent' })
  })

  it('ends a process that ignores the end of its stdin', async () => {
    const held = await link.hold(['sh', '-c', 'trap "" TERM; sleep 1000 & wait; sleep 1000'])
    held.kill()
    expect((await held.closed).signal).to.equal('SIGKILL')
  })

  it('reaches a UNIX socket', async () => {
    const path = join(home, 'socket')
    const server = createServer((socket) => socket.end('hi'))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    expect(await text(await link.forward('~/socket'))).to.equal('hi')
    server.close()
    const error = await link.forward(join(home, 'nobody')).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(OrchestraError)
    expect(existsSync(join(home, 'nobody'))).to.equal(false)
  })

  it('tells its changes', async () => {
    const seen: string[] = []
    link.onChange((state) => seen.push(state.status))
    await link.stop()
    link.start()
    expect(seen).to.deep.equal(['idle', 'up'])
  })
})
