/** Whether a store that nobody has open can be read: for verbs that would otherwise only say that no daemon runs. */
import { existsSync, realpathSync } from 'node:fs'
import { decodeEvent, isProblem } from '../core/run/journal/decode-event.js'
import { loadDriver } from './load-driver.js'
import { journalError } from './journal-error.js'
import { schemaOf } from './meta.js'
import { lockStore, refuseNewerJournal } from './open-store.js'
import { SCHEMA, WRITERS_SCHEMA } from './schema.js'
import { nameWriter } from './name-writer.js'
import { checkStoreFile } from './store-file.js'
import { storePaths } from './store-paths.js'

/**
 * Writes nothing, and leaves the file open: the process is to end without closing it, because SQLite would take the
 * journal of a crash into the file then.
 * @throws OrchestraError as `openStore` and `Store.load` would. An event of each type is looked at, not each event.
 */
export async function checkStore(dir: string, version: string): Promise<void> {
  if (!existsSync(storePaths(dir).db)) return
  const openFile = await loadDriver()
  const paths = storePaths(realpathSync(dir))
  try {
    if (!checkStoreFile(paths, SCHEMA.length)) return
  } catch (error) {
    throw nameWriter(error, paths, openFile)
  }
  const db = lockStore(paths, openFile)
  db.exec('PRAGMA query_only = ON')
  const schema = schemaOf(db)
  if (schema < WRITERS_SCHEMA) return
  const place = { db, paths, version, openFile }
  refuseNewerJournal(place)
  const first = 'SELECT min(seq) AS first FROM events GROUP BY type, v'
  for (const row of db.all(`SELECT seq, body, v FROM events WHERE seq IN (${first}) ORDER BY seq`)) {
    const event = decodeEvent(String(row['body']), Number(row['v']))
    if (isProblem(event)) throw journalError(event, Number(row['seq']), place)
  }
}
