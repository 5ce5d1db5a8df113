import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { RecordReader } from '../../../lib/daemon/machines/record-reader.js'
import { textOf } from '../../../lib/daemon/machines/record-text.js'
import { LocalLink } from '../../../lib/exec/local-link.js'
import { Shell, type RunOptions } from '../../../lib/exec/shell.js'

/** Counts the commands. */
class CountingShell extends Shell {
  commands = 0

  override must(script: string, options?: RunOptions): Promise<Buffer> {
    this.commands += 1
    return super.must(script, options)
  }
}

describe('RecordReader', () => {
  let home: string
  let link: LocalLink
  let shell: CountingShell

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orch-records-'))
    link = new LocalLink({ home, env: { PATH: process.env['PATH'], SHELL: '/bin/sh' } })
    link.start()
    shell = new CountingShell(link)
  })

  afterEach(async () => {
    shell.dispose()
    await link.stop()
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })

  it('reads in a few commands what is asked in one turn, and gives each its own', async () => {
    const agents = Array.from({ length: 50 }, (_, i) => `A-${i}`)
    for (const agent of agents) {
      mkdirSync(join(home, agent))
      writeFileSync(join(home, agent, 'status.json'), `of ${agent}`)
    }
    writeFileSync(join(home, 'A-7', 'exit.json'), 'ended')
    const reader = new RecordReader(shell)
    const read = await Promise.all(
      agents.map((agent) =>
        reader.read(
          home,
          ['exit.json', 'status.json', 'hook'].map((f) => `${agent}/${f}`),
        ),
      ),
    )
    expect(read.map((files) => files.map(textOf))).to.deep.equal(
      agents.map((agent) => [agent === 'A-7' ? 'ended' : null, `of ${agent}`, null]),
    )
    expect(shell.commands).to.equal(3)
    expect((await reader.read(home, ['A-1/status.json'])).map(textOf)).to.deep.equal(['of A-1'])
  })

  it('tells all who asked when the machine does not answer', async () => {
    const reader = new RecordReader(shell)
    shell.dispose()
    await link.stop()
    const all = await Promise.allSettled([reader.read(home, ['a']), reader.read(home, ['b'])])
    expect(all.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
  })
})
