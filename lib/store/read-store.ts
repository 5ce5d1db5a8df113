/**
 * Reads a store that nobody has open, and changes nothing there: no lock, no journal taken in, no migration. One that was left in
 * order is read where it is; one with a journal beside it (a crash) or of an older schema is read from a copy.
 */
import {
  constants,
  copyFileSync,
  lstatSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  type BigIntStats,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isOfStore } from '../core/errors.js'
import type { DriverName, SqliteDriver } from './driver.js'
import { loadDriver } from './load-driver.js'
import { metaOf, schemaOf } from './meta.js'
import { migrate } from './migrate.js'
import { refuseNewerJournal } from './open-store.js'
import type { Facts, Journal } from './port.js'
import { SCHEMA } from './schema.js'
import { storeError, wrapSqliteError } from './store-error.js'
import { checkStoreFile } from './store-file.js'
import { storePaths, type StorePaths } from './store-paths.js'
import { Store } from './store.js'
import { nameWriter } from './name-writer.js'

/** What can be asked of it. */
export interface StoreReading extends Pick<
  Journal,
  'events' | 'load' | 'snapshots' | 'executions' | 'lastSeq' | 'writers'
> {
  readonly id: string
  readonly facts: Pick<Facts, 'get' | 'entries' | 'receipt' | 'openReceipts'>
  close(): void
}

export interface ReadStoreOptions {
  readonly version: string
  readonly drivers?: readonly DriverName[]
}

type OpenFile = (path: string) => SqliteDriver

/** @throws OrchestraError as `openStore` would; null: there is none. */
export async function readStore(dir: string, options: ReadStoreOptions): Promise<StoreReading | null> {
  if (lstatSync(storePaths(dir).db, { throwIfNoEntry: false }) === undefined) return null
  const openFile = await loadDriver(options.drivers)
  const paths = storePaths(realpathSync(dir))
  try {
    if (!checkStoreFile(paths, SCHEMA.length, false)) return null
  } catch (error) {
    throw nameWriter(error, paths, openFile)
  }
  try {
    const db = openInPlace(paths, openFile) ?? openCopy(paths, openFile)
    const place = { db, paths, version: options.version, openFile }
    refuseNewerJournal(place)
    return new Store({
      ...place,
      id: metaOf(db, 'store_id') ?? '',
      generation: Number(metaOf(db, 'generation') ?? '0'),
      now: Date.now,
      release: () => db.close(),
    })
  } catch (error) {
    throw isOfStore(error) ? error : wrapSqliteError(error, 'reading the store', paths.db)
  }
}

/** All of it is in the one file, which is then taken as one that never changes. null: it is not so, or the library cannot. */
function openInPlace(paths: StorePaths, openFile: OpenFile): SqliteDriver | null {
  if (bytesOf(paths.wal) > 0 || bytesOf(`${paths.db}-journal`) > 0) return null
  const before = marksOf(paths)
  let db: SqliteDriver | undefined
  try {
    db = openFile(`${pathToFileURL(paths.db).href}?immutable=1`)
    if (schemaOf(db) === SCHEMA.length && marksOf(paths) === before) return db
  } catch {
    // A copy is read as any file is.
  }
  db?.close()
  return null
}

/** A copy that is whole: nothing was written while it was made. It is gone from the disk as soon as it is open. */
function openCopy(paths: StorePaths, openFile: OpenFile): SqliteDriver {
  const dir = mkdtempSync(join(roomFor(paths), 'orchestra-read-'))
  try {
    copyAtRest(paths, dir)
    const db = openFile(join(dir, 'store.db'))
    // Without a second file beside it that its users share.
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    const schema = schemaOf(db)
    if (schema < SCHEMA.length) migrate(db, SCHEMA, schema)
    return db
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const TRIES = 5

function copyAtRest(paths: StorePaths, dir: string): void {
  for (let left = TRIES; left > 0; left -= 1) {
    const before = marksOf(paths)
    copyFileSync(paths.db, join(dir, 'store.db'), constants.COPYFILE_FICLONE)
    rmSync(join(dir, 'store.db-wal'), { force: true })
    if (bytesOf(paths.wal) > 0) copyFileSync(paths.wal, join(dir, 'store.db-wal'))
    if (marksOf(paths) === before) return
  }
  throw storeError('locked', `the store is being written: ${paths.db}`, {
    hint: 'A daemon is just starting: ask again in a moment.',
  })
}

/** Memory, where the disk of temporary files has no room: a full disk may be why no daemon runs. */
function roomFor(paths: StorePaths): string {
  const bytes = bytesOf(paths.db) + bytesOf(paths.wal)
  const places = [tmpdir(), '/dev/shm']
  return places.find((dir) => freeOf(dir) > bytes) ?? tmpdir()
}

function freeOf(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    return 0
  }
}

function marksOf({ db, wal }: StorePaths): string {
  const mark = (path: string) => {
    const stat: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`
  }
  return `${mark(db)}, ${mark(wal)}`
}

function bytesOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
}
