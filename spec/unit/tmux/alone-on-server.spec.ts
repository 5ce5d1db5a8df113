import { expect } from 'chai'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { aloneOnServer } from '../../../lib/tmux/alone-on-server.js'

describe('aloneOnServer', () => {
  const before = process.env['TMUX_TMPDIR']
  let dir: string
  let lock: string

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orch-alone-'))
    process.env['TMUX_TMPDIR'] = dir
    lock = join(dir, `tmux-${userInfo().uid}`, 's.orchestra-lock')
  })
  afterEach(() => {
    if (before === undefined) delete process.env['TMUX_TMPDIR']
    else process.env['TMUX_TMPDIR'] = before
    rmSync(dir, { recursive: true })
  })

  it('does one thing after the other, goes on after a failure, and leaves no lock', async () => {
    const said: string[] = []
    const work = (name: string) => async () => {
      said.push(`${name} begins`, existsSync(lock) ? 'locked' : 'open')
      await new Promise((resolve) => setImmediate(resolve))
      said.push(`${name} ends`)
      if (name === 'a') throw new Error('a failed')
      return name
    }
    const results = await Promise.allSettled([aloneOnServer('s', work('a')), aloneOnServer('s', work('b'))])
    expect(results.map((r) => r.status)).to.deep.equal(['rejected', 'fulfilled'])
    expect(said).to.deep.equal(['a begins', 'locked', 'a ends', 'b begins', 'locked', 'b ends'])
    expect(existsSync(lock)).to.equal(false)
  })

  it('makes no socket directory that tmux passes over: it would look for its server there', async () => {
    const gone = join(dir, 'gone')
    process.env['TMUX_TMPDIR'] = gone
    expect(await aloneOnServer(`orc-spec-${process.pid}`, async () => 'done')).to.equal('done')
    expect(existsSync(gone)).to.equal(false)
  })

  it('leaves a lock that was taken from it meanwhile to who took it', async () => {
    await aloneOnServer('s', async () => writeFileSync(lock, '1'))
    expect(existsSync(lock)).to.equal(true)
  })

  it('takes a lock whose owner is gone, or that is old', async () => {
    for (const [pid, age] of [
      ['999999999', 0],
      [String(process.pid), 60],
    ] as const) {
      mkdirSync(join(dir, `tmux-${userInfo().uid}`), { recursive: true })
      writeFileSync(lock, pid)
      const then = Date.now() / 1000 - age
      utimesSync(lock, then, then)
      expect(await aloneOnServer('s', async () => existsSync(lock))).to.equal(true)
      expect(existsSync(lock)).to.equal(false)
    }
  })
})
