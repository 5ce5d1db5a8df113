/**
 * What must be true of the store's directory and file before SQLite touches them. SQLite takes an empty file for a new
 * database, and writes into any database that it can read, so the header is looked at first, and nothing is written.
 */
import type { StorePaths } from './store-paths.js'
import { fix } from '../core/fixes.js'
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, accessSync } from 'node:fs'
import type { Stats } from 'node:fs'
import process from 'node:process'
import { makeDir } from '../home/make-dir.js'
import { restoreHint } from './backups.js'
import { APPLICATION_ID } from './schema.js'
import { storeError } from './store-error.js'

/** Makes the directory 0700, or refuses one that others could read or change. */
export function prepareStoreDir({ dir }: StorePaths): void {
  makeDir(dir)
  const stat = lstatSync(dir)
  if (stat.isSymbolicLink()) throw storeError('symlink', `the store's directory is a symbolic link: ${dir}`)
  if (!stat.isDirectory()) throw storeError('not_a_file', `the store's directory is not one: ${dir}`)
  checkOwner(stat, dir)
  if ((stat.mode & 0o077) !== 0) {
    throw storeError('mode', `others may look into the store's directory: ${dir} is ${octal(stat)}`, {
      hint: `If it is yours: ${fix('store.close-directory', dir)}`,
    })
  }
}

/**
 * Looks at the file without changing it. `toWrite`: it must be possible to write it.
 * @returns whether there is a store. @throws OrchestraError with `details.store` naming what is wrong.
 */
export function checkStoreFile(paths: StorePaths, schemaVersion: number, toWrite = true): boolean {
  for (const path of [paths.db, paths.wal, `${paths.db}-journal`, `${paths.db}-shm`]) checkPlainFile(path)
  const stat = lstat(paths.db)
  if (stat === undefined) {
    if (lstat(paths.wal) === undefined) return false
    throw storeError('truncated', `the store is gone but its journal is there: ${paths.wal}`, {
      hint: restoreHint(paths),
    })
  }
  if ((stat.mode & 0o022) !== 0) {
    throw storeError('mode', `others may change the store: ${paths.db} is ${octal(stat)}`, {
      hint: `If you trust what is in it: ${fix('store.close-file', paths.db)}`,
    })
  }
  if (toWrite) checkWritable(paths.db, stat)
  checkHeader(paths, schemaVersion)
  return true
}

function checkHeader(paths: StorePaths, schemaVersion: number): void {
  const { header, size } = readHeader(paths.db)
  const broken = (problem: 'empty' | 'truncated' | 'corrupt', what: string) =>
    storeError(problem, `the store is damaged: ${paths.db} ${what}`, { hint: restoreHint(paths) })
  if (size === 0) throw broken('empty', 'is empty')
  if (header.subarray(0, 16).toString('latin1') !== 'SQLite format 3\0') {
    throw broken(size < 100 ? 'truncated' : 'corrupt', 'is not an SQLite database')
  }
  if (header.length < 100) throw broken('truncated', `has only ${size} bytes`)
  if (header.readUInt32BE(68) !== APPLICATION_ID) {
    throw storeError('foreign', `${paths.db} is a database of another program`, {
      hint: 'Choose another directory (ORCHESTRA_HOME), or move that file away.',
    })
  }
  checkVersion(header.readUInt32BE(60), schemaVersion, paths.db)

  const walBytes = lstat(paths.wal)?.size
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
  const wholeSize = header.readUInt32BE(28) * pageSize
  // A checkpoint that was cut off leaves a short file too, but then the journal still has every page of it.
  if ((walBytes ?? 0) === 0 && size < wholeSize)
    throw broken('truncated', `has ${size} bytes of ${wholeSize}`)

  // Format 2: a journal belongs to it. It is absent for moments at an orderly start and end, when no pid file exists.
  if (
    header[18] === 2 &&
    walBytes === undefined &&
    lstat(paths.pid) !== undefined &&
    lstat(paths.wal) === undefined
  ) {
    throw storeError(
      'wal_missing',
      `the store's journal was deleted, and with it the last events: ${paths.wal}`,
      {
        hint: `${restoreHint(paths)} To go on without them: ${fix('store.go-on-without', paths.pid)}`,
      },
    )
  }
}

/** @throws when the store was written by a newer orchestra. */
export function checkVersion(found: number, schemaVersion: number, path: string): void {
  if (found <= schemaVersion) return
  throw storeError('newer', `the store was written by a newer orchestra (schema ${found}): ${path}`, {
    hint: `This one knows schema ${schemaVersion}. Upgrade orchestra, or use a backup made before that upgrade.`,
    details: { found, known: schemaVersion },
  })
}

function readHeader(path: string): { header: Buffer; size: number } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const header = Buffer.alloc(100)
    const length = readSync(fd, header, 0, 100, 0)
    return { header: header.subarray(0, length), size: fstatSync(fd).size }
  } finally {
    closeSync(fd)
  }
}

function checkPlainFile(path: string): void {
  const stat = lstat(path)
  if (stat === undefined) return
  if (stat.isSymbolicLink()) {
    throw storeError('symlink', `the store is a symbolic link: ${path}`, {
      hint: 'Put the real file there, or point ORCHESTRA_HOME at its directory.',
    })
  }
  if (!stat.isFile()) throw storeError('not_a_file', `the store is not a regular file: ${path}`)
  checkOwner(stat, path)
}

function checkOwner(stat: Stats, path: string): void {
  const uid = process.getuid?.()
  if (uid === undefined || stat.uid === uid) return
  throw storeError('owner', `${path} belongs to user ${stat.uid}, not to you (${uid})`, {
    hint: 'Run orchestra as that user, or choose another ORCHESTRA_HOME.',
  })
}

function checkWritable(path: string, stat: Stats): void {
  try {
    accessSync(path, constants.W_OK)
    if ((stat.mode & 0o200) !== 0) return
  } catch {
    // said below
  }
  throw storeError('readonly', `the store cannot be written: ${path} is ${octal(stat)}`, {
    hint: `${fix('store.open-file', path)}, or is the file system mounted read-only?`,
  })
}

function lstat(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

function octal(stat: Stats): string {
  return `0${(stat.mode & 0o7777).toString(8)}`
}
