import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { AgentId } from '../../../../lib/core/ids.js'
import { AgentLogs } from '../../../../lib/daemon/agents/agent-logs.js'
import { eventually } from '../../../support/eventually.js'

const [A, B] = ['A', 'B'] as [AgentId, AgentId]

describe('AgentLogs', () => {
  let dir: string
  let logs: AgentLogs

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'orc-logs-'))
    mkdirSync(join(dir, 'logs'))
    logs = new AgentLogs(() => dir, { now: Date.now })
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('appends what agents print, each to its own file', async () => {
    logs.output(A, Buffer.from('one '))
    logs.output(B, Buffer.from('other'))
    logs.output(A, Buffer.from('two'))
    logs.flush()
    await eventually(() => expect(readFileSync(join(dir, 'logs/B.log'), 'utf8')).to.equal('other'))
    expect(readFileSync(join(dir, 'logs/A.log'), 'utf8')).to.equal('one two')
  })

  it('keeps no more than its limit for a disk that does not take it, and says what it left out', async () => {
    // Who opens it to write waits for a reader.
    const fifo = join(dir, 'logs/A.log')
    execFileSync('mkfifo', [fifo])
    const chunk = Buffer.alloc(200 * 1024, 'x')
    for (let i = 0; i < 10; i++) {
      logs.output(A, chunk)
      logs.flush()
    }
    logs.output(B, Buffer.from('the end'))
    let read = ''
    // It holds the other end itself, so that it never ends.
    const reader = spawn('sh', ['-c', 'exec cat <> "$1"', 'sh', fifo])
    reader.stdout.on('data', (data: Buffer) => (read += data.toString()))
    try {
      await eventually(() => expect(readFileSync(join(dir, 'logs/B.log'), 'utf8')).to.equal('the end'))
      await eventually(() => expect(read).to.match(/\[\d+ bytes left out here\]/))
    } finally {
      reader.kill()
    }
    expect(read.length).to.be.lessThan(3 * chunk.length)
  })
})
