/** Snapshots of the state: two are kept, so that one that was damaged on the disk costs a longer start and nothing else. */
import { createHash } from 'node:crypto'
import { JOURNAL_FORMAT } from '../core/run/journal/format.js'
import type { Millis } from '../core/time.js'
import type { SqliteDriver } from './driver.js'
import type { Snapshot } from './port.js'

const KEPT = 2

/** Inside a transaction of the caller's. */
export function putSnapshot(
  db: SqliteDriver,
  seq: number,
  state: string,
  { version, at }: { readonly version: string; readonly at: Millis },
): void {
  db.run(
    'INSERT OR REPLACE INTO snapshots (seq, at, format, version, digest, body) VALUES (?, ?, ?, ?, ?, ?)',
    seq,
    at,
    JOURNAL_FORMAT,
    version,
    digestOf(state),
    state,
  )
  db.run('DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)', KEPT)
}

export function* readSnapshots(db: SqliteDriver): Iterable<Snapshot> {
  const seqs = db.all('SELECT seq FROM snapshots ORDER BY seq DESC').map((row) => Number(row['seq']))
  for (const seq of seqs) {
    const snapshot = readSnapshot(db, seq)
    if (snapshot !== null) yield snapshot
  }
}

/** null: it cannot be read, or is not what was written. */
function readSnapshot(db: SqliteDriver, seq: number): Snapshot | null {
  try {
    const row = db.all('SELECT at, format, version, digest, body FROM snapshots WHERE seq = ?', seq)[0]
    if (row === undefined) return null
    const state = String(row['body'])
    if (digestOf(state) !== row['digest']) return null
    return {
      seq,
      at: Number(row['at']),
      format: Number(row['format']),
      version: String(row['version']),
      state,
    }
  } catch {
    return null
  }
}

function digestOf(state: string): string {
  return createHash('sha256').update(state).digest('hex')
}
