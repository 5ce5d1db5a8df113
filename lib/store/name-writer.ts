/** The version that wrote a store which is newer than we are: read from a copy, so that the store itself stays as it is. */
import { OrchestraError } from '../core/errors.js'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SqliteDriver } from './driver.js'
import { storeError } from './store-error.js'
import type { StorePaths } from './store-paths.js'
import { lastWriter } from './writers.js'

/** A refusal of `checkStoreFile`; `newer` with the version in it, where it can be had. */
export function nameWriter(
  error: unknown,
  paths: StorePaths,
  openFile: (path: string) => SqliteDriver,
): unknown {
  if (!(error instanceof OrchestraError) || error.details['store'] !== 'newer') return error
  const version = versionOf(paths, openFile)
  if (version === null) return error
  return storeError('newer', `${error.message}: orchestra ${version}`, {
    hint: `${error.hint} It was written by orchestra ${version}.`,
    details: { ...error.details, writer: version },
  })
}

function versionOf(paths: StorePaths, openFile: (path: string) => SqliteDriver): string | null {
  let copy: string | undefined
  let db: SqliteDriver | undefined
  try {
    copy = mkdtempSync(join(paths.dir, 'look-'))
    copyFileSync(paths.db, join(copy, 'store.db'))
    if (existsSync(paths.wal)) copyFileSync(paths.wal, join(copy, 'store.db-wal'))
    db = openFile(join(copy, 'store.db'))
    return lastWriter(db)?.version ?? null
  } catch {
    return null
  } finally {
    db?.close()
    if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
  }
}
