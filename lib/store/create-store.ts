import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { SqliteDriver } from './driver.js'
import { migrate } from './migrate.js'
import { APPLICATION_ID } from './schema.js'
import type { StorePaths } from './store-paths.js'

/**
 * A new store is made beside and linked into its place: a crash never leaves half a store, and of two creators one
 * wins, whose store both then open.
 */
export function createStore(
  paths: StorePaths,
  schema: readonly string[],
  openFile: (path: string) => SqliteDriver,
): void {
  const fresh = join(paths.dir, `new-${process.pid}-${randomBytes(4).toString('hex')}.db`)
  try {
    writeFileSync(fresh, '', { flag: 'wx', mode: 0o600 })
    const db = openFile(fresh)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    db.exec('PRAGMA synchronous = FULL')
    migrate(db, schema, 0)
    db.close()
    syncPath(fresh)
    linkSync(fresh, paths.db)
    syncPath(paths.dir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(fresh, { force: true })
    rmSync(`${fresh}-journal`, { force: true })
  }
}

function syncPath(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
