/** Snapshots on the disk: whole or not at all, whatever ends the process that writes one. */
import { expect } from 'chai'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import process from 'node:process'
import { loadDriver } from '../../../lib/store/load-driver.js'
import { note, open, withDir } from './fixtures.js'

const writer = fileURLToPath(new URL('snapshot-writer.ts', import.meta.url))

async function change(dir: string, sql: string): Promise<void> {
  const db = (await loadDriver())(join(dir, 'store.db'))
  db.exec(sql)
  db.exec('PRAGMA journal_mode = DELETE')
  db.close()
}

/** What a next start finds: the journal without a hole, and only snapshots that are whole. */
async function found(dir: string): Promise<{ events: number; snapshots: number[] }> {
  const store = await open(dir)
  const events = [...store.load()].length
  expect(events).to.equal(store.lastSeq)
  const snapshots = [...store.snapshots()]
  for (const { seq, state } of snapshots) expect((JSON.parse(state) as { seq: number }).seq).to.equal(seq)
  expect(store.integrityCheck()).to.deep.equal([])
  store.close()
  return { events, snapshots: snapshots.map(({ seq }) => seq) }
}

describe('a snapshot on the disk', () => {
  it('of which a part was changed is left out, and the one before is there', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a'), note('b'), note('c')])
      for (const seq of [1, 2, 3]) store.saveSnapshot(seq, `state ${seq}`)
      expect([...store.snapshots()].map(({ seq, state }) => [seq, state])).to.deep.equal([
        [3, 'state 3'],
        [2, 'state 2'],
      ])
      store.close()
      await change(dir, `UPDATE snapshots SET body = 'state X' WHERE seq = 3`)
      const again = await open(dir)
      expect([...again.snapshots()].map(({ seq }) => seq)).to.deep.equal([2])
      again.close()
    }))

  it('behind the end of the journal is not used', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a'), note('b')])
      store.saveSnapshot(1, 'state 1')
      store.saveSnapshot(2, 'state 2')
      store.close()
      await change(dir, 'DELETE FROM events WHERE seq = 2')
      const again = await open(dir)
      expect([...again.snapshots()].map(({ seq }) => seq)).to.deep.equal([1])
      again.close()
    }))

  it('is there whole or not at all, at whatever call of the database its writer dies', function () {
    this.timeout(120_000)
    return withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      store.saveSnapshot(1, '{"seq":1}')
      store.close()
      let last = 1
      const deaths: number[] = []
      for (let n = 1; ; n += 1) {
        let ended = false
        for (const how of ['before', 'after']) {
          const args = ['--import=tsx', writer, dir, String(n), how]
          const { signal, status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
          ended = status === 0
          if (!ended) expect(signal).to.equal('SIGKILL')
          const { events, snapshots } = await found(dir)
          // The one before is never lost, and a new one is the newest event's.
          expect([last, events], `call ${n}, ${how}`).to.include(snapshots[0])
          last = snapshots[0] ?? 0
        }
        if (ended) break
        deaths.push(n)
      }
      // BEGIN, the new one, the old ones, COMMIT.
      expect(deaths.length).to.be.at.least(4)
    })
  })

  it('is there whole or not at all, whenever its writer is killed', function () {
    this.timeout(120_000)
    return withDir(async (dir) => {
      let last = 0
      for (let round = 0; round < 8; round += 1) {
        const child = spawn(process.execPath, ['--import=tsx', writer, dir, '0'], {
          stdio: ['ignore', 'pipe', 'ignore'],
        })
        const closed = once(child, 'close')
        await once(child.stdout, 'data')
        // Anywhere in the writing: a moment is what is tried here, nothing waits for it.
        await new Promise((resolve) => setTimeout(resolve, round * 7))
        child.kill('SIGKILL')
        await closed
        const { snapshots } = await found(dir)
        expect(snapshots[0] ?? 0).to.be.at.least(last)
        last = snapshots[0] ?? 0
      }
      expect(last).to.be.greaterThan(0)
    })
  })
})
