import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import process from 'node:process'
import { open, refusal, withDir } from './fixtures.js'

const writer = fileURLToPath(new URL('writer.ts', import.meta.url))

function startWriter(dir: string) {
  const child = spawn(process.execPath, ['--import=tsx', writer, dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  let onData = () => {}
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    onData()
  })
  return {
    child,
    output: () => output,
    /** Resolves at the n-th line of output. */
    lines: (n: number) =>
      new Promise<void>((resolve) => {
        onData = () => void (output.split('\n').length > n && resolve())
        onData()
      }),
  }
}

describe('a writer that is killed', () => {
  it('loses no acknowledged event in 25 kills, and frees the lock each time', function () {
    this.timeout(120_000)
    return withDir(async (dir) => {
      let acknowledged = 0
      for (let round = 0; round < 25; round += 1) {
        const { child, output, lines } = startWriter(dir)
        const closed = once(child, 'close')
        await lines(1 + ((round * 7) % 40))
        child.kill('SIGKILL')
        await closed
        const whole = output().split('\n').slice(0, -1)
        expect(whole[0]).to.match(/^open \d+$/)
        const found = Number(whole[0]?.slice(5))
        // Written but not yet acknowledged is allowed; the other way round is not.
        expect(found).to.be.at.least(acknowledged)
        acknowledged = Number(whole.at(-1)?.replace('open ', ''))
      }
      const store = await open(dir)
      expect(store.lastSeq).to.be.at.least(acknowledged)
      expect([...store.load()].length).to.equal(store.lastSeq)
      expect(store.events({ limit: 1e6 }).map(({ seq }) => seq)).to.deep.equal(
        Array.from({ length: store.lastSeq }, (_, index) => index + 1),
      )
      expect(store.integrityCheck()).to.deep.equal([])
      expect(store.generation).to.equal(26)
      store.close()
    })
  })

  it('keeps others out while it lives, and is named', () =>
    withDir(async (dir) => {
      const { child, lines } = startWriter(dir)
      const closed = once(child, 'close')
      await lines(2)
      const error = await refusal(dir)
      expect(error).to.include({ kind: 'refused' })
      expect(error.details).to.deep.equal({ store: 'locked', pid: child.pid })
      child.kill('SIGKILL')
      await closed
      const store = await open(dir)
      store.close()
    }))

  it('makes one store when several start at once', () =>
    withDir(async (dir) => {
      const all = Array.from({ length: 3 }, () => startWriter(dir))
      const ends = all.map(({ child }) => once(child, 'close'))
      const winner = await Promise.race(all.map(async (one) => (await one.lines(3), one)))
      const losers = all.filter((one) => one !== winner)
      await Promise.all(ends.filter((_, index) => all[index] !== winner))
      expect(losers.map(({ output }) => output())).to.deep.equal(['', ''])
      winner.child.kill('SIGKILL')
      await Promise.all(ends)
      const store = await open(dir)
      expect(store.generation).to.equal(2)
      store.close()
    }))
})
