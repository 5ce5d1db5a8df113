/**
 * The little that the store needs of an SQLite library. Statements are kept by their text; no cursor stays open, so
 * that a reader who stops in the middle holds nothing.
 */

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
