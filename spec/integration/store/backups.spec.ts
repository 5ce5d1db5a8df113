import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { OrchestraError } from '../../../lib/core/errors.js'
import type { Store } from '../../../lib/store/store.js'
import { note, open, withDir, withSmallDisk } from './fixtures.js'

const writer = fileURLToPath(new URL('writer.ts', import.meta.url))

const failureOf = (work: Promise<unknown>): Promise<OrchestraError | null> =>
  work.then(
    () => null,
    (error: unknown) => error as OrchestraError,
  )

/** Events until the promise is settled. @returns how many. */
async function appendDuring(store: Store, work: Promise<unknown>): Promise<number> {
  const end = { isThere: false }
  const over = () => (end.isThere = true)
  work.then(over, over)
  let count = 0
  while (!end.isThere) {
    store.append([note(`during ${count}`)])
    count += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  return count
}

describe('a backup', () => {
  it('is a whole copy of a store of any size, made while events are written', function () {
    this.timeout(60_000)
    return withDir(async (dir) => {
      const store = await open(dir)
      const megabyte = note('x'.repeat(1024 * 1024))
      for (let n = 0; n < 7; n += 1) store.append(Array.from({ length: 10 }, () => megabyte))
      const before = store.lastSeq
      const making = store.backups.make()
      const during = await appendDuring(store, making)
      const path = await making
      expect(during).to.be.greaterThan(1)
      expect(store.lastSeq).to.equal(before + during)
      expect(statSync(path).size).to.be.greaterThan(70_000_000)
      expect(statSync(path).mode & 0o777).to.equal(0o600)
      // The journal goes back into the file from now on.
      store.append([note('after')])
      store.close()

      const place = `${dir}-restored`
      mkdirSync(place, { mode: 0o700 })
      execFileSync('cp', ['-p', path, join(place, 'store.db')])
      const restored = await open(place)
      expect(restored.lastSeq).to.equal(before)
      expect(restored.integrityCheck()).to.deep.equal([])
      expect(restored.id).to.equal(store.id)
      restored.close()
      const again = await open(dir)
      expect(again.lastSeq).to.equal(before + during + 1)
      expect(again.integrityCheck()).to.deep.equal([])
      again.close()
    })
  })

  it('leaves the lock with us', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      await store.backups.make()
      const other = spawnSync(process.execPath, ['--import=tsx', writer, dir, '1'], { encoding: 'utf8' })
      expect(other.status).not.to.equal(0)
      expect(other.stderr).to.include('the store is in use')
      store.close()
    }))

  it('of a store that is damaged is refused, and replaces none', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append(Array.from({ length: 500 }, (_, n) => note(`${n} ${'y'.repeat(100)}`)))
      const good = await store.backups.make()
      const fd = openSync(join(dir, 'store.db'), 'r+')
      for (let page = 3; page < 12; page += 1) writeSync(fd, Buffer.alloc(200, 0xee), 0, 200, page * 4096)
      // Never closed here: with it would go our lock.
      const error = await failureOf(store.backups.make())
      expect(error?.message).to.match(/making a backup: .*(damaged|malformed|not a database)/)
      expect(store.backups.list().map(({ path }) => path)).to.deep.equal([good])
      expect(readdirSync(join(dir, 'backups'))).to.have.length(1)
      store.close()
      closeSync(fd)
    }))

  it('is not begun where it would take the last space, and says how much it needs', async function () {
    const could = await withSmallDisk(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      const error = await failureOf(store.backups.make())
      expect(error?.details['store']).to.equal('full')
      expect(error?.message).to.match(/no space: 6\d MB are needed, 1 MB are free/)
      expect(readdirSync(join(dir, 'backups'))).to.deep.equal([])
      expect(store.append([note('b')])).to.equal(2)
      store.close()
    })
    if (!could) this.skip()
  })

  it('that is cut off by the end of the store leaves nothing', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      const making = failureOf(store.backups.make())
      store.close()
      expect((await making)?.message).to.include('making a backup')
      expect(readdirSync(join(dir, 'backups'))).to.deep.equal([])
      const next = await open(dir)
      expect(next.lastSeq).to.equal(1)
      next.close()
    }))

  it('that was cut off by a crash is taken away by the next', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      mkdirSync(join(dir, 'backups'), { mode: 0o700 })
      const half = join(dir, 'backups', 'store-copy-2026-01-01T00-00-00-000Z.db.partial')
      writeFileSync(half, 'half')
      const path = await store.backups.make()
      expect(existsSync(half)).to.equal(false)
      expect(store.backups.list().map((one) => one.path)).to.deep.equal([path])
      rmSync(path)
      store.close()
    }))
})
