/** Opens the store of one session: checks, lock, migration. One writer; `kill -9` frees the lock. */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, realpathSync } from 'node:fs'
import { fix } from '../core/fixes.js'
import { JOURNAL_FORMAT } from '../core/run/journal/format.js'
import type { Millis } from '../core/time.js'
import { backUpNow, restoreHint } from './backups.js'
import { createStore } from './create-store.js'
import { loadDriver } from './load-driver.js'
import type { DriverName, SqliteDriver } from './driver.js'
import { newerError, type JournalPlace } from './journal-error.js'
import { metaOf, schemaOf } from './meta.js'
import { migrate } from './migrate.js'
import { nameWriter } from './name-writer.js'
import { holderPid, notePid, removePidNote } from './pid-note.js'
import { SCHEMA, WRITERS_SCHEMA } from './schema.js'
import { lastWriter, noteWriter } from './writers.js'
import { isBusy, storeError, wrapSqliteError } from './store-error.js'
import { checkStoreFile, checkVersion, prepareStoreDir } from './store-file.js'
import { storePaths } from './store-paths.js'
import type { StorePaths } from './store-paths.js'
import { Store } from './store.js'

export interface OpenStoreOptions {
  readonly now: () => Millis
  /** orchestra's version: names the backup made before a migration. */
  readonly version: string
  /** Default: the first of `node:sqlite` and `libsql` that loads. */
  readonly drivers?: readonly DriverName[]
  /** Default: ours. For specs of migrations. */
  readonly schema?: readonly string[]
}

/**
 * A POSIX lock is lost when the process that holds it closes any descriptor of that file: so a second opening in the
 * same process must be refused before anybody looks at the file.
 */
const openHere = new Set<string>()

/**
 * `<dir>/store.db`, made if there is nothing, refused if it is not exactly what we would have written.
 * @throws OrchestraError; `details.store` names the problem, the hint says what to type.
 */
export async function openStore(dir: string, options: OpenStoreOptions): Promise<Store> {
  const openFile = await loadDriver(options.drivers)
  const schema = options.schema ?? SCHEMA
  prepareStoreDirOrSay(dir)
  const paths = storePaths(realpathSync(dir))
  if (openHere.has(paths.db)) throw locked(paths)
  openHere.add(paths.db)
  try {
    if (!checkStoreFile(paths, schema.length)) createStore(paths, schema, openFile)
    const db = lockStore(paths, openFile)
    try {
      return start({ db, paths, version: options.version, openFile }, schema, options)
    } catch (error) {
      letGo(db)
      // Of a store that was left by a crash: its journal has come into the file now, and is not missing.
      if (!existsSync(paths.wal)) removePidNote(paths)
      throw error
    }
  } catch (error) {
    openHere.delete(paths.db)
    throw wrapSqliteError(nameWriter(error, paths, openFile), 'opening the store', paths.db)
  }
}

function prepareStoreDirOrSay(dir: string): void {
  try {
    prepareStoreDir(storePaths(dir))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EROFS' || code === 'EACCES') {
      throw storeError('readonly', `the store's directory cannot be made: ${dir}`, { cause: error })
    }
    throw wrapSqliteError(error, 'opening the store', dir)
  }
}

/** @throws `locked` when another process has it. */
export function lockStore(paths: StorePaths, openFile: (path: string) => SqliteDriver): SqliteDriver {
  const db = openFile(paths.db)
  try {
    // Set before the first access, the whole journal index stays in our memory and nobody else gets in.
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    db.exec('PRAGMA synchronous = FULL')
    db.exec('BEGIN EXCLUSIVE')
    db.exec('COMMIT')
    return db
  } catch (error) {
    letGo(db)
    if (isBusy(error)) throw locked(paths)
    throw describeDamage(error, paths)
  }
}

function start(place: JournalPlace, schema: readonly string[], options: OpenStoreOptions): Store {
  const { db, paths } = place
  const found = schemaOf(db)
  checkVersion(found, schema.length, paths.db)
  quickCheck(db, paths)
  if (found >= WRITERS_SCHEMA) refuseNewerJournal(place)
  const now = options.now()
  if (found < schema.length) {
    const copy = backUpNow(db, paths, `v${found}-before-${options.version.replace(/[^\w.-]/g, '_')}`, now)
    try {
      migrate(db, schema, found)
    } catch (error) {
      throw storeError('io', `the store could not be brought from schema ${found} to ${schema.length}`, {
        cause: error,
        hint: `Nothing was changed. A copy is at ${copy}.`,
      })
    }
  }
  // Only now: it writes into the header, and a damaged file is to stay as it was found.
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA journal_size_limit = 4194304')
  const { id, generation } = countOpening(db)
  noteWriter(
    db,
    options.version,
    Number(db.all('SELECT max(seq) AS last FROM events')[0]?.['last'] ?? 0),
    now,
  )
  chmodSync(paths.db, 0o600)
  notePid(paths, options.version, now)
  const release = (isEnding: boolean) => {
    removePidNote(paths)
    if (isEnding) leave(db)
    else giveBack(db)
    openHere.delete(paths.db)
  }
  return new Store({ ...place, id, generation, now: options.now, release })
}

/** A downgrade: what the newer version wrote is not for us, even where we know each type of its events. */
export function refuseNewerJournal(place: JournalPlace): void {
  const writer = lastWriter(place.db)
  if (writer === null || writer.format <= JOURNAL_FORMAT) return
  throw newerError('the store was written', writer, place, restoreHint(place.paths))
}

function countOpening(db: SqliteDriver): { id: string; generation: number } {
  const id = metaOf(db, 'store_id') ?? newStoreId()
  const generation = Number(metaOf(db, 'generation') ?? '0') + 1
  db.run("INSERT OR REPLACE INTO meta VALUES ('store_id', ?), ('generation', ?)", id, String(generation))
  return { id, generation }
}

function newStoreId(): string {
  return [...randomBytes(6)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')
}

/** Bytes up to which the whole journal is looked at: a fiftieth of a second. */
const CHECKED_WHOLE = 16 * 1024 * 1024

/**
 * Tables by themselves. Snapshots have digests, and one that is damaged is not needed; of a long journal the start reads the
 * end, and `doctor` and backups read all of it.
 */
function quickCheck(db: SqliteDriver, paths: StorePaths): void {
  const skipped = new Set(['snapshots'])
  try {
    if (pragmaNumber(db, 'page_count') * pragmaNumber(db, 'page_size') > CHECKED_WHOLE) skipped.add('events')
    for (const row of db.all(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
    )) {
      const name = String(row['name'])
      if (skipped.has(name)) continue
      const complaint = String(db.all(`PRAGMA quick_check('${name}')`)[0]?.['quick_check'])
      if (complaint !== 'ok') throw damaged(paths, complaint)
    }
  } catch (error) {
    throw describeDamage(error, paths)
  }
}

function describeDamage(error: unknown, paths: StorePaths): Error {
  const wrapped = wrapSqliteError(error, 'opening the store', paths.db)
  return wrapped.details['store'] === 'corrupt' ? damaged(paths, wrapped.message, error) : wrapped
}

function damaged(paths: StorePaths, what: string, cause?: unknown): Error {
  return storeError('corrupt', `the store is damaged: ${paths.db}: ${what.slice(0, 300)}`, {
    cause,
    hint: restoreHint(paths),
  })
}

/**
 * Out of WAL and out of exclusive locking, which gives the lock back even where the library keeps the file open
 * (libsql, until its statements are collected). Without space for that, the lock stays until the process ends.
 */
function giveBack(db: SqliteDriver): void {
  try {
    db.exec('PRAGMA journal_mode = DELETE')
  } catch {
    // see above
  }
  letGo(db)
}

/** Of a file that was refused: it stays as it was found, to the byte. In WAL the lock may stay until the process ends. */
function letGo(db: SqliteDriver): void {
  try {
    db.exec('PRAGMA locking_mode = NORMAL')
    db.all('SELECT count(*) FROM sqlite_schema')
  } catch {
    // see above
  } finally {
    db.close()
  }
}

/**
 * Of a process that ends: with it goes the lock. All of the journal is in the file, which stays in WAL, so that the next
 * opening need not bring it there: four waits for the disk.
 */
function leave(db: SqliteDriver): void {
  try {
    db.all('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // The next opening reads the journal.
  } finally {
    db.close()
  }
}

function locked(paths: StorePaths): Error {
  const pid = holderPid(paths)
  return storeError('locked', `the store is in use${pid === null ? '' : ` by process ${pid}`}: ${paths.db}`, {
    hint: `Another daemon works on this session; talk to that one, or end it with \`${fix('daemon.take-down')}\`.`,
    details: { pid },
  })
}

function pragmaNumber(db: SqliteDriver, name: 'page_count' | 'page_size'): number {
  return Number(db.all(`PRAGMA ${name}`)[0]?.[name])
}
