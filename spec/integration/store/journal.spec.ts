/** The journal of a store that an earlier build wrote, and events that cannot be read. */
import { expect } from 'chai'
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { OrchestraError } from '../../../lib/core/errors.js'
import { JOURNAL_FORMAT } from '../../../lib/core/run/journal/format.js'
import { initialState, reduce } from '../../../lib/core/run/reduce.js'
import { loadDriver } from '../../../lib/store/load-driver.js'
import type { Store } from '../../../lib/store/store.js'
import { foldSummary } from '../../support/fold-summary.js'
import { STORE_V1 } from '../../support/journal-fixtures.js'
import { note, open, refusal, withDir } from './fixtures.js'

async function withStoreOfFormat1(use: (dir: string) => Promise<void>): Promise<void> {
  await withDir(async (dir) => {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    copyFileSync(STORE_V1.path, join(dir, 'store.db'))
    chmodSync(join(dir, 'store.db'), 0o600)
    await use(dir)
  })
}

async function change(dir: string, sql: string): Promise<void> {
  const db = (await loadDriver())(join(dir, 'store.db'))
  db.exec(sql)
  db.exec('PRAGMA journal_mode = DELETE')
  db.close()
}

function summaryOf(store: Store) {
  const state = initialState()
  for (const { event } of store.load()) reduce(state, event)
  return foldSummary(state)
}

function thrown(work: () => unknown): OrchestraError {
  try {
    work()
  } catch (error) {
    return error as OrchestraError
  }
  throw new Error('nothing was thrown')
}

describe('the journal of a store', () => {
  it('of format 1 is taken over, says the same, and goes on in today’s format', () =>
    withStoreOfFormat1(async (dir) => {
      const store = await open(dir, { version: '0.1.0+gabc' })
      expect(summaryOf(store)).to.deep.equal(STORE_V1.summary())
      const last = store.lastSeq
      store.append([note('of today')])
      store.close()
      const again = await open(dir, { version: '0.1.0+gabc' })
      expect([...again.load()].at(-1)).to.deep.equal({ seq: last + 1, event: note('of today') })
      again.close()
      const db = (await loadDriver())(join(dir, 'store.db'))
      const versions = db.all('SELECT seq, version, format FROM writers ORDER BY seq')
      db.close()
      expect(versions).to.deep.equal([
        { seq: 1, version: '0.1.0', format: 1 },
        { seq: last + 1, version: '0.1.0+gabc', format: JOURNAL_FORMAT },
      ])
    }))

  it('is refused where an event is of an unknown type: with its seq, and a backup without it', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      await store.backups.make()
      store.append([note('b')])
      store.close()
      await change(dir, `UPDATE events SET type = 'odd', body = '{"type":"odd","at":1}' WHERE seq = 2`)
      const bad = await open(dir)
      const error = thrown(() => [...bad.load()])
      expect(error.message).to.include('event 2').and.include('type odd')
      expect(error.details).to.include({ store: 'unknown_event', seq: 2, type: 'odd' })
      expect(thrown(() => bad.events()).details).to.include({ store: 'unknown_event', seq: 2 })
      bad.close()

      const command = String(error.hint)
      execFileSync('sh', ['-c', command.slice(command.indexOf('mkdir'))])
      const back = await open(dir)
      expect([...back.load()].map(({ event }) => event)).to.deep.equal([note('a')])
      back.close()
    }))

  it('names the damaged event, its type and field', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      await store.backups.make()
      store.append([note('b')])
      store.close()
      await change(dir, `UPDATE events SET body = '{"type":"noted","at":1,"subject":"x"}' WHERE seq = 2`)
      const bad = await open(dir)
      const error = thrown(() => [...bad.load()])
      expect(error.details).to.include({ store: 'corrupt', seq: 2, type: 'noted' })
      expect(error.message).to.include('event 2 (noted) cannot be read: text: text expected, found nothing')
      expect(error.hint).to.include('backups/store-')
      bad.close()
    }))

  it('is refused as it was found when a newer version wrote on', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      store.close()
      await change(dir, `INSERT INTO writers VALUES (2, 1, '9.9.9+gnew', 99)`)
      const error = await refusal(dir, { version: '0.1.0+gold' })
      expect(error).to.include({ kind: 'usage' })
      expect(error.details).to.include({ store: 'newer', writer: '9.9.9+gnew', found: 99 })
      expect(error.hint).to.include('0.1.0+gold')
    }))
})
