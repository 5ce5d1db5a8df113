/** Which versions of orchestra wrote which part of the journal: a row where the version changes. */
import { JOURNAL_FORMAT } from '../core/run/journal/format.js'
import type { Millis } from '../core/time.js'
import type { SqliteDriver, SqlRow } from './driver.js'
import type { Writer } from './port.js'

/** Who wrote that event; null: before this was noted. */
export function writerOf(db: SqliteDriver, seq: number): Writer | null {
  const row = db.all('SELECT * FROM writers WHERE seq <= ? ORDER BY seq DESC LIMIT 1', seq)[0]
  return row === undefined ? null : rowOf(row)
}

export function allWriters(db: SqliteDriver): Writer[] {
  return db.all('SELECT * FROM writers ORDER BY seq').map(rowOf)
}

export function lastWriter(db: SqliteDriver): Writer | null {
  return writerOf(db, Number.MAX_SAFE_INTEGER)
}

/** From the next event on it is this version. One that wrote nothing is forgotten. */
export function noteWriter(db: SqliteDriver, version: string, lastSeq: number, at: Millis): void {
  const last = lastWriter(db)
  if (last?.version === version && last.format === JOURNAL_FORMAT) return
  db.run('INSERT OR REPLACE INTO writers VALUES (?, ?, ?, ?)', lastSeq + 1, at, version, JOURNAL_FORMAT)
}

function rowOf(row: SqlRow): Writer {
  return {
    seq: row['seq'] as number,
    at: row['at'] as number,
    version: row['version'] as string,
    format: row['format'] as number,
  }
}
