/** What is wrong with an event of the journal, for a person: which one, who wrote it, and which command helps. */
import type { OrchestraError } from '../core/errors.js'
import { decodeEvent, isProblem, type EventProblem } from '../core/run/journal/decode-event.js'
import { JOURNAL_FORMAT } from '../core/run/journal/format.js'
import { listBackups, restoreHint } from './backups.js'
import type { SqliteDriver } from './driver.js'
import { schemaOf } from './meta.js'
import { SCHEMA, WRITERS_SCHEMA } from './schema.js'
import { storeError } from './store-error.js'
import type { StorePaths } from './store-paths.js'
import type { Writer } from './port.js'
import { writerOf } from './writers.js'

export interface JournalPlace {
  readonly db: SqliteDriver
  readonly paths: StorePaths
  /** Ours. */
  readonly version: string
  /** For a look into the backups. */
  readonly openFile: (path: string) => SqliteDriver
}

export function journalError(problem: EventProblem, seq: number, place: JournalPlace): OrchestraError {
  const { paths, version } = place
  const writer = writerOf(place.db, seq)
  const back = () => restoreHint(paths, backupWithout(seq, place))
  switch (problem.problem) {
    case 'newer':
      return newerError(
        `event ${seq} was written`,
        { ...UNKNOWN, ...writer, format: problem.format },
        place,
        back(),
      )
    case 'unknown':
      return storeError(
        'unknown_event',
        `this orchestra does not know events of type ${problem.type}: event ${seq} of ${paths.db}`,
        {
          hint: `${writer === null ? '' : `It was written by orchestra ${writer.version}; this is ${version}. `}Use a version that knows it. ${back()}`,
          details: { seq, type: problem.type },
        },
      )
    case 'damaged': {
      const type = problem.type === null ? '' : ` (${problem.type})`
      return storeError(
        'corrupt',
        `the store is damaged: event ${seq}${type} cannot be read: ${problem.why}: ${paths.db}`,
        { hint: back(), details: { seq, type: problem.type } },
      )
    }
  }
}

const UNKNOWN = { version: 'of an unknown version' }

export function newerError(
  what: string,
  { version, format }: Pick<Writer, 'version' | 'format'>,
  { paths, version: ours }: Pick<JournalPlace, 'paths' | 'version'>,
  back: string,
): OrchestraError {
  return storeError(
    'newer',
    `${what} by a newer orchestra (${version}, journal format ${format}): ${paths.db}`,
    {
      hint: `This is orchestra ${ours}, which knows journal format ${JOURNAL_FORMAT}. Use that version. ${back}`,
      details: { found: format, known: JOURNAL_FORMAT, writer: version },
    },
  )
}

/** The newest backup in which this event is not, or can be read. */
function backupWithout(seq: number, { paths, openFile }: JournalPlace): string | null {
  return listBackups(paths).find(({ path }) => helps(path, seq, openFile))?.path ?? null
}

function helps(path: string, seq: number, openFile: JournalPlace['openFile']): boolean {
  let db: SqliteDriver | undefined
  try {
    db = openFile(path)
    const schema = schemaOf(db)
    if (schema > SCHEMA.length) return false
    const format = schema < WRITERS_SCHEMA ? '1 AS v' : 'v'
    const row = db.all(`SELECT body, ${format} FROM events WHERE seq = ?`, seq)[0]
    return row === undefined || !isProblem(decodeEvent(String(row['body']), Number(row['v'])))
  } catch {
    return false
  } finally {
    db?.close()
  }
}
