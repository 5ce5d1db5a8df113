import { OrchestraError } from '../core/errors.js'
import { openLibsql } from './driver-libsql.js'
import { openNodeSqlite } from './driver-node.js'
import { DRIVER_NAMES, type DriverName, type OpenDriver, type SqliteDriver } from './driver.js'

export const OPENERS: Readonly<Record<DriverName, OpenDriver>> = {
  'node:sqlite': openNodeSqlite,
  libsql: openLibsql,
}

/** The first library that loads. */
export async function loadDriver(
  wanted: readonly DriverName[] = DRIVER_NAMES,
): Promise<(path: string) => SqliteDriver> {
  for (const name of wanted) {
    const open = await OPENERS[name]()
    if (open !== undefined) return open
  }
  throw new OrchestraError('no SQLite library could be loaded', {
    kind: 'failed',
    hint: 'Use Node 22.13 or newer, or install without --omit=optional so that the package libsql is there.',
    details: { store: 'driver', tried: wanted },
  })
}
