import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { chooseDaemon, ownSession, sessionOfLayoutFile } from '../../../../lib/cli/daemon/locate.js'
import { OrchestraError } from '../../../../lib/core/errors.js'

describe('chooseDaemon', () => {
  const file = { session: 'a', pid: 1, socket: '/s', version: '0', started_at: '' }
  const refusal = (known: Parameters<typeof chooseDaemon>[0], wanted?: string) => {
    try {
      chooseDaemon(known, wanted, '/nowhere')
    } catch (error) {
      if (error instanceof OrchestraError) return `${error.message} | ${error.hint}`
      throw error
    }
    return null
  }

  it('takes the session of the window it is typed in, where this home has one of that name', () => {
    const known = [
      { session: 'a', daemon: file },
      { session: 'b', daemon: { ...file, session: 'b' } },
    ]
    expect(ownSession(known, { ORCHESTRA_SESSION: 'b' })).to.equal('b')
    expect(ownSession(known, { ORCHESTRA_SESSION: 'of-another-home' })).to.equal(undefined)
    expect(ownSession(known, {})).to.equal(undefined)
  })

  it('says that a daemon was lost, and the command that brings it back', () => {
    const lost = { session: 'a', daemon: null, crashed: { ...file, layout: '/my work/a.yaml' } }
    const said =
      "the daemon of session a is gone | Its agents go on. `orchestra up '/my work/a.yaml'` starts it again."
    expect(refusal([lost])).to.equal(said)
    expect(refusal([lost], 'a')).to.equal(said)
  })

  it('finds the one that was lost among sessions that were taken down', () => {
    const lost = (session: string) => ({ session, daemon: null, crashed: { ...file, session } })
    const down = { session: 'b', daemon: null }
    expect(refusal([down, lost('a')])).to.match(/^the daemon of session a is gone/)
    expect(refusal([down, lost('a'), lost('c')])).to.match(/^the daemons of a, c are gone \| .*--session/)
  })

  it('tells that from one that was never started, or taken down', () => {
    expect(refusal([{ session: 'a', daemon: null }])).to.match(/^no daemon runs for session a \| Start one/)
    expect(refusal([])).to.match(/^no daemon runs \| Start one/)
    expect(refusal([{ session: 'b', daemon: file }], 'a')).to.match(/These run: b/)
  })
})

describe('sessionOfLayoutFile', () => {
  it('reads ordinary files alone, and waits for nobody', () => {
    const dir = mkdtempSync(join(tmpdir(), 'orc-locate-'))
    try {
      const at = (name: string) => join(dir, name)
      writeFileSync(at('good.yaml'), 'version: 1\nsession: good # mine\n')
      execFileSync('mkfifo', [at('fifo.yaml')])
      const found = ['good.yaml', 'fifo.yaml', '.', 'missing.yaml'].map((name) =>
        sessionOfLayoutFile(at(name)),
      )
      expect([...found, sessionOfLayoutFile('/dev/zero')]).to.deep.equal([
        'good',
        ...Array<undefined>(4).fill(undefined),
      ])
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})
