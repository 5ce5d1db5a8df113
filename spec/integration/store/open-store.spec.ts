import { expect } from 'chai'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import process from 'node:process'
import { loadDriver } from '../../../lib/store/load-driver.js'
import { SCHEMA } from '../../../lib/store/schema.js'
import { note, open, refusal, withDir } from './fixtures.js'

const isRoot = process.getuid?.() === 0

/** A closed store with one event in it. */
async function withStore(use: (db: string, dir: string) => Promise<void>): Promise<void> {
  await withDir(async (dir) => {
    const store = await open(dir)
    store.append([note('a')])
    await store.backups.make()
    store.close()
    await use(join(dir, 'store.db'), dir)
  })
}

describe('openStore', () => {
  const damages: readonly (readonly [string, string, (db: string) => void])[] = [
    ['an empty file', 'empty', (db) => truncateSync(db, 0)],
    ['a file that ends in its header', 'truncated', (db) => truncateSync(db, 50)],
    ['a file whose end is gone', 'truncated', (db) => truncateSync(db, 8192)],
    ['garbage', 'corrupt', (db) => writeFileSync(db, 'garbage '.repeat(4000))],
    [
      'a page that was written over',
      'corrupt',
      (db) => {
        const bytes = readFileSync(db)
        bytes.fill(0x5a, 4096, 8192)
        writeFileSync(db, bytes)
      },
    ],
  ]
  for (const [what, problem, damage] of damages) {
    it(`refuses ${what}, changes nothing, and names the backup and the command`, () =>
      withStore(async (db, dir) => {
        damage(db)
        const before = readFileSync(db)
        const error = await refusal(dir)
        expect(error.details['store'], error.message).to.equal(problem)
        expect(error.hint).to.include(`cp -p '${dir}/backups/store-`)
        expect(readFileSync(db).equals(before)).to.equal(true)
      }))
  }

  it('goes on after the command that it named', () =>
    withStore(async (db, dir) => {
      truncateSync(db, 0)
      const { hint } = await refusal(dir)
      execFileSync('sh', ['-c', String(hint).slice(String(hint).indexOf('mkdir'))])
      const store = await open(dir)
      expect(store.lastSeq).to.equal(1)
      store.close()
    }))

  it('refuses the database of another program and writes nothing into it', () =>
    withStore(async (db, dir) => {
      rmSync(db)
      const other = (await loadDriver())(db)
      other.exec('CREATE TABLE theirs (a)')
      other.close()
      chmodSync(db, 0o600)
      const before = readFileSync(db)
      expect((await refusal(dir)).details['store']).to.equal('foreign')
      expect(readFileSync(db).equals(before)).to.equal(true)
    }))

  it('refuses a store of a newer version', () =>
    withDir(async (dir) => {
      const newer = await open(dir, { schema: [...SCHEMA, 'CREATE TABLE later (a)'] })
      newer.close()
      const error = await refusal(dir)
      expect(error).to.include({ kind: 'usage' })
      expect(error.details).to.include({ store: 'newer', found: SCHEMA.length + 1, known: SCHEMA.length })
    }))

  it('brings an older store up to date, after a copy of it', () =>
    withStore(async (_db, dir) => {
      const store = await open(dir, { schema: [...SCHEMA, 'CREATE TABLE later (a)'], version: '0.2.0' })
      expect([...store.load()]).to.have.length(1)
      store.close()
      expect(readdirSync(join(dir, 'backups')).join()).to.include(`store-v${SCHEMA.length}-before-0.2.0-`)
    }))

  it('changes nothing when a step of a migration fails', () =>
    withStore(async (_db, dir) => {
      const error = await refusal(dir, {
        schema: [...SCHEMA, 'CREATE TABLE later (a)', 'CREATE TABLE later (a)'],
      })
      expect(error.hint).to.include(`backups/store-v${SCHEMA.length}-before`)
      const store = await open(dir)
      expect(store.lastSeq).to.equal(1)
      store.close()
    }))

  it('refuses links, directories and FIFOs in place of the store', () =>
    withStore(async (db, dir) => {
      renameSync(db, `${dir}/elsewhere`)
      symlinkSync(`${dir}/elsewhere`, db)
      expect((await refusal(dir)).details['store']).to.equal('symlink')
      rmSync(db)
      mkdirSync(db)
      expect((await refusal(dir)).details['store']).to.equal('not_a_file')
      rmSync(db, { recursive: true })
      execFileSync('mkfifo', [db])
      expect((await refusal(dir)).details['store']).to.equal('not_a_file')
      rmSync(db)
      symlinkSync(`${dir}-nowhere`, db)
      expect((await refusal(dir)).details['store']).to.equal('symlink')
      expect(existsSync(`${dir}-nowhere`)).to.equal(false)
    }))

  it('refuses a directory that is a link, or that others may look into', () =>
    withStore(async (_db, dir) => {
      symlinkSync(dir, `${dir}-link`)
      expect((await refusal(`${dir}-link`)).details['store']).to.equal('symlink')
      chmodSync(dir, 0o755)
      const error = await refusal(dir)
      expect(error.details['store']).to.equal('mode')
      expect(error.hint).to.include('chmod 700')
    }))

  it('refuses a file that others may change, or that nobody may', () =>
    withStore(async (db, dir) => {
      chmodSync(db, 0o620)
      expect((await refusal(dir)).details['store']).to.equal('mode')
      chmodSync(db, 0o400)
      expect((await refusal(dir)).details['store']).to.equal('readonly')
      expect(statSync(db).mode & 0o777).to.equal(0o400)
    }))

  it("refuses somebody else's file", function () {
    if (!isRoot) return this.skip()
    return withStore(async (db, dir) => {
      chownSync(db, 12_345, 12_345)
      expect((await refusal(dir)).details['store']).to.equal('owner')
    })
  })

  it('refuses a store whose journal was deleted after a crash', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      store.append([note('a')])
      const crashed = `${dir}-crashed`
      cpSync(dir, crashed, { recursive: true })
      chmodSync(crashed, 0o700)
      rmSync(join(crashed, 'store.db-wal'))
      const error = await refusal(crashed)
      expect(error.details['store']).to.equal('wal_missing')
      expect(error.hint).to.include('store.pid')

      copyFileSync(join(dir, 'store.db-wal'), join(crashed, 'store.db-wal'))
      const recovered = await open(crashed)
      expect(recovered.lastSeq).to.equal(1)
      recovered.close()
      store.close()
    }))

  describe('left by a process that ended', () => {
    const left = async (use: (db: string, dir: string) => Promise<void>) =>
      withDir(async (dir) => {
        const writer = fileURLToPath(new URL('writer.ts', import.meta.url))
        execFileSync(process.execPath, ['--import=tsx', writer, dir, '3'], { stdio: 'ignore' })
        await use(join(dir, 'store.db'), dir)
      })

    it('is whole in one file, and opened again by another', () =>
      left(async (db, dir) => {
        expect(existsSync(join(dir, 'store.pid'))).to.equal(false)
        rmSync(`${db}-wal`, { force: true })
        for (const generation of [2, 3]) {
          const store = await open(dir)
          expect(store.lastSeq).to.equal(6)
          expect(store.generation).to.equal(generation)
          expect(store.integrityCheck()).to.deep.equal([])
          store.close()
        }
      }))

    it('needs not be brought into WAL again', () =>
      left((db) => {
        expect([...readFileSync(db).subarray(18, 20)]).to.deep.equal([2, 2])
        return Promise.resolve()
      }))

    it('stays as it was found, to the byte, when it is refused', () =>
      left(async (db, dir) => {
        const bytes = readFileSync(db)
        for (let page = 2; page * 4096 < bytes.length; page++) bytes.fill(0xee, page * 4096, page * 4096 + 64)
        writeFileSync(db, bytes)
        expect((await refusal(dir)).details['store']).to.equal('corrupt')
        expect(readFileSync(db).equals(bytes)).to.equal(true)
      }))

    it('is refused when its end is gone', () =>
      left(async (db, dir) => {
        truncateSync(db, 8192)
        expect((await refusal(dir)).details['store']).to.equal('truncated')
      }))
  })

  it('refuses a second opening in the same process', () =>
    withDir(async (dir) => {
      const store = await open(dir)
      const error = await refusal(dir)
      expect(error).to.include({ kind: 'refused' })
      expect(error.details).to.deep.equal({ store: 'locked', pid: process.pid })
      store.append([note('a')])
      store.close()
      store.close()
      expect(() => store.append([note('b')])).to.throw('the store is closed')
    }))
})
