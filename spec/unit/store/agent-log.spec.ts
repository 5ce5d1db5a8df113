import { mkdirSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { AgentLogWriter, placeOf, readAgentLog } from '../../../lib/store/agent-log.js'

const AT = 1_000_000

describe('the log of an agent', () => {
  let dir: string
  const read = (since: number | null, bytes = 1000) => readAgentLog(dir, 'A', { bytes, since })

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orc-log-'))
    mkdirSync(join(dir, 'logs'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('is read from a time on, and by its last bytes', async () => {
    const writer = new AgentLogWriter()
    await writer.append(dir, 'A', Buffer.from('early '), AT)
    await writer.append(dir, 'A', Buffer.from('also early '), AT + 500)
    await writer.append(dir, 'A', Buffer.from('late'), AT + 60_000)
    expect(read(null)).to.equal('early also early late')
    expect(read(AT)).to.equal('early also early late')
    expect(read(AT + 30_000)).to.equal('late')
    expect(read(AT + 90_000)).to.equal('')
    expect(read(null, 4)).to.equal('late')
    expect(readAgentLog(dir, 'nobody', { bytes: 10, since: null })).to.equal('')
  })

  it('goes on over the file that it was rotated into', async () => {
    const writer = new AgentLogWriter()
    await writer.append(dir, 'A', Buffer.from('first '), AT)
    // A hole: the file is as long as one that is rotated.
    truncateSync(join(dir, 'logs', 'A.log'), 8 * 1024 * 1024 + 1)
    await writer.append(dir, 'A', Buffer.from('second'), AT + 60_000)
    expect(read(AT + 30_000)).to.equal('second')
    expect(read(null, 6)).to.equal('second')
  })

  it('ignores a line of its times that is none', () => {
    expect(placeOf('nonsense\n5000 7\n', 1000)).to.equal(7)
    expect(placeOf('', 1000)).to.equal(null)
  })
})
