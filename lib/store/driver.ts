/**
 * The little that the store needs of an SQLite library. Statements are kept by their text; no cursor stays open, so
 * that a reader who stops in the middle holds nothing.
 */
import { OrchestraError } from '../core/errors.js'
import { openLibsql } from './driver-libsql.js'
import { openNodeSqlite } from './driver-node.js'

export type SqlValue = string | number | null
export type SqlRow = Readonly<Record<string, unknown>>

export interface SqliteDriver {
  readonly name: DriverName
  exec(sql: string): void
  run(sql: string, ...values: SqlValue[]): void
  all(sql: string, ...values: SqlValue[]): SqlRow[]
  close(): void
}

export const DRIVER_NAMES = ['node:sqlite', 'libsql'] as const
export type DriverName = (typeof DRIVER_NAMES)[number]

/** Opens a file with one library; undefined when this Node or this installation lacks it. */
export type OpenDriver = () => Promise<((path: string) => SqliteDriver) | undefined>

const OPENERS: Readonly<Record<DriverName, OpenDriver>> = {
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
