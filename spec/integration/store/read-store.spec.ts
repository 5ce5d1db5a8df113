import { expect } from 'chai'
import { chmodSync, cpSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { OrchestraError } from '../../../lib/core/errors.js'
import { OPENERS } from '../../../lib/store/load-driver.js'
import type { DriverName } from '../../../lib/store/driver.js'
import { readStore } from '../../../lib/store/read-store.js'
import { SCHEMA } from '../../../lib/store/schema.js'
import { fileMarks } from '../../support/file-marks.js'
import { note, open, withDir } from './fixtures.js'

const read = (dir: string, drivers?: readonly DriverName[]) =>
  readStore(dir, { version: '0.0.0', ...(drivers === undefined ? {} : { drivers }) })

/** As kill -9 leaves it: the file and its journal, of a store that is still open somewhere else. */
async function afterCrash(dir: string): Promise<string> {
  const store = await open(join(dir, 'alive'))
  store.append([note('one')])
  store.append([note('two')])
  const left = join(dir, 'left')
  mkdirSync(left, { mode: 0o700 })
  for (const file of ['store.db', 'store.db-wal', 'store.pid'])
    cpSync(join(dir, 'alive', file), join(left, file), { preserveTimestamps: true })
  store.close()
  return left
}

const texts = (store: { load: () => Iterable<{ event: object }> } | null) =>
  [...(store?.load() ?? [])].map(({ event }) => ('text' in event ? event.text : null))

describe('readStore', () => {
  for (const name of Object.keys(OPENERS) as DriverName[]) {
    describe(`with ${name}`, () => {
      before(async function () {
        if ((await OPENERS[name]()) === undefined) this.skip()
      })

      it('reads one that was closed in order where it is, and writes nothing', () =>
        withDir(async (dir) => {
          const store = await open(join(dir, 'ended'))
          store.append([note('one')])
          store.close({ isEnding: true })
          // The lock of that store lasts as long as this process; a copy is as another process finds it.
          cpSync(join(dir, 'ended'), join(dir, 's'), { recursive: true })
          const before = fileMarks(join(dir, 's'))
          const reading = await read(join(dir, 's'), [name])
          expect(texts(reading)).to.deep.equal(['one'])
          expect(fileMarks(join(dir, 's'))).to.deep.equal(before)
          // No lock is taken: a daemon may start while somebody reads.
          const again = await open(join(dir, 's'))
          again.append([note('two')])
          again.close()
          reading?.close()
        }))

      it('reads what a crash left in the journal, and leaves both files to the byte', () =>
        withDir(async (dir) => {
          const left = await afterCrash(dir)
          const before = fileMarks(left)
          const bytes = readFileSync(join(left, 'store.db-wal'))
          const reading = await read(left, [name])
          expect(texts(reading)).to.deep.equal(['one', 'two'])
          expect(fileMarks(left)).to.deep.equal(before)
          expect(readFileSync(join(left, 'store.db-wal')).equals(bytes)).to.equal(true)
          const again = await open(left)
          expect(texts(again)).to.deep.equal(['one', 'two'])
          again.close()
          reading?.close()
        }))
    })
  }

  it('reads a store of an older schema without bringing it to ours', () =>
    withDir(async (dir) => {
      const old = await open(join(dir, 's'), { schema: SCHEMA.slice(0, 3) })
      old.close({ isEnding: true })
      const before = fileMarks(join(dir, 's'))
      const reading = await read(join(dir, 's'))
      expect([...(reading?.snapshots() ?? [])]).to.deep.equal([])
      expect(fileMarks(join(dir, 's'))).to.deep.equal(before)
      reading?.close()
    }))

  it('reads a file that may not be written', () =>
    withDir(async (dir) => {
      const left = await afterCrash(dir)
      chmodSync(join(left, 'store.db'), 0o400)
      const reading = await read(left)
      expect(texts(reading)).to.deep.equal(['one', 'two'])
      reading?.close()
    }))

  it('says that there is none, and refuses a damaged one with the same words as a daemon', () =>
    withDir(async (dir) => {
      expect(await read(join(dir, 'none'))).to.equal(null)
      const left = await afterCrash(dir)
      truncateSync(join(left, 'store.db'), 50)
      const error = await read(left).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(OrchestraError)
      expect((error as OrchestraError).details['store']).to.equal('truncated')
    }))
})
