import type { SqliteDriver } from './driver.js'

/** All steps in one transaction: an older version or the newest, nothing between. */
export function migrate(db: SqliteDriver, schema: readonly string[], from: number): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const step of schema.slice(from)) db.exec(step)
    db.exec(`PRAGMA user_version = ${schema.length}`)
    db.exec('COMMIT')
  } catch (error) {
    try {
      db.exec('ROLLBACK')
    } catch {
      // rolled back already
    }
    throw error
  }
}
