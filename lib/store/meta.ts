/** What a store's file says of itself. */
import type { SqliteDriver } from './driver.js'

/** How many steps of the schema it has. */
export function schemaOf(db: SqliteDriver): number {
  return Number(db.all('PRAGMA user_version')[0]?.['user_version'])
}

export function metaOf(db: SqliteDriver, key: 'store_id' | 'generation'): string | undefined {
  return db.all('SELECT value FROM meta WHERE key = ?', key)[0]?.['value'] as string | undefined
}
