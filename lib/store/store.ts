/**
 * The journal of one session and what follows from it. Everything is synchronous: when a call returns, it is on the
 * disk; when it throws, nothing of it is. The same store goes on once a full disk has space again.
 */
import type { RunEvent } from '../core/run/events.js'
import { decodeEvent, isProblem } from '../core/run/journal/decode-event.js'
import { JOURNAL_FORMAT } from '../core/run/journal/format.js'
import type { Millis } from '../core/time.js'
import { restoreHint } from './backups.js'
import type { DriverName, SqliteDriver, SqlRow, SqlValue } from './driver.js'
import { agentTypesAfter, executionOf, project } from './executions.js'
import type { AgentTypes, Execution, ExecutionsQuery } from './executions.js'
import { FACTS } from './facts.js'
import { journalError, type JournalPlace } from './journal-error.js'
import type { EventQuery, Facts, SessionStore, Snapshot, StoredEvent, Writer } from './port.js'
import { SqliteBackups } from './sqlite-backups.js'
import { putFact, SqliteFacts } from './sqlite-facts.js'
import { putSnapshot, readSnapshots } from './sqlite-snapshots.js'
import { stableJson } from './stable-json.js'
import { storeError, wrapSqliteError } from './store-error.js'
import { allWriters } from './writers.js'

export interface StoreParts extends JournalPlace {
  readonly id: string
  readonly generation: number
  readonly now: () => Millis
  /** Gives the lock back; after it nothing of the store is used. */
  readonly release: (isEnding: boolean) => void
}

const PAGE = 1000
/** So many events are written by one statement: what is bound and run costs more than what is stored. */
const ROWS = 16
const ROW = `(?, ?, ?, ?, ${JOURNAL_FORMAT})`
const INTO_EVENTS = 'INSERT INTO events (seq, at, type, body, v) VALUES '
const INSERT_EVENT = INTO_EVENTS + ROW
const INSERT_EVENTS = INTO_EVENTS + Array<string>(ROWS).fill(ROW).join(', ')

export class Store implements SessionStore {
  readonly dir: string
  /** Six characters of `a-z2-7`, made once: tells our tmux objects from those of other stores. */
  readonly id: string
  /** Counts the openings. */
  readonly generation: number
  readonly driver: DriverName
  readonly facts: Facts
  readonly backups: SqliteBackups
  readonly #parts: StoreParts
  #lastSeq = 0
  #agentTypes: AgentTypes
  #closed = false

  constructor(parts: StoreParts) {
    this.#parts = parts
    this.dir = parts.paths.dir
    this.id = parts.id
    this.generation = parts.generation
    this.driver = parts.db.name
    this.facts = new SqliteFacts({
      all: (sql, ...values) => this.#all(sql, ...values),
      write: (doing, work) => this.#write(doing, work),
    })
    this.backups = new SqliteBackups({
      db: parts.db,
      paths: parts.paths,
      now: parts.now,
      guard: (doing, work) => this.#guard(doing, work),
    })
    this.#agentTypes = new Map(Object.entries(this.facts.get(FACTS.agentTypes) ?? {}))
    this.#readLastSeq()
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** What is not taken is refused by an error. */
  get problem(): null {
    return null
  }

  /** Everything is when its call returns. */
  durable(): null {
    return null
  }

  settled(): null {
    return null
  }

  /** Durable before it returns. */
  append(events: readonly RunEvent[], { durable = true }: { readonly durable?: boolean } = {}): number {
    if (events.length === 0) return this.#lastSeq
    const types = agentTypesAfter(events, this.#agentTypes)
    const seq = this.#lastSeq + events.length
    const insert = (db: SqliteDriver) => {
      insertEvents(db, events, this.#lastSeq)
      for (const event of events) project(db, event, types)
      if (types !== this.#agentTypes) putFact(db, FACTS.agentTypes, Object.fromEntries(types))
    }
    if (durable) this.#write('writing the journal', insert)
    else this.#unsynced(() => this.#write('writing the journal', insert))
    this.#agentTypes = types
    this.#lastSeq = seq
    return seq
  }

  *load(after = 0): Iterable<StoredEvent> {
    let last = after
    for (;;) {
      const rows = this.#all('SELECT seq, body, v FROM events WHERE seq > ? ORDER BY seq LIMIT ?', last, PAGE)
      for (const row of rows) {
        const stored = this.#decode(row)
        if (stored.seq !== last + 1)
          throw this.#damaged(`events ${last + 1} to ${stored.seq - 1} are missing`)
        last = stored.seq
        yield stored
      }
      if (rows.length < PAGE) return
    }
  }

  *snapshots(): Iterable<Snapshot> {
    // Of a journal that goes back before it, as after a part of it was lost, it says too much.
    for (const snapshot of readSnapshots(this.#parts.db)) if (snapshot.seq <= this.#lastSeq) yield snapshot
  }

  saveSnapshot(seq: number, state: string): void {
    const { version, now } = this.#parts
    this.#write('writing a snapshot', (db) => putSnapshot(db, seq, state, { version, at: now() }))
  }

  writers(): readonly Writer[] {
    return this.#guard('reading the store', () => allWriters(this.#parts.db))
  }

  events({ after = 0, since, limit = PAGE, types, newest = false }: EventQuery = {}): StoredEvent[] {
    const from = since === undefined ? after : Math.max(after, this.#lastBefore(since))
    const only = types === undefined ? '' : `AND type IN (${types.map(() => '?').join(', ') || 'NULL'})`
    const rows = this.#all(
      `SELECT seq, body, v FROM events WHERE seq > ? ${only} ORDER BY seq ${newest ? 'DESC' : 'ASC'} LIMIT ?`,
      from,
      ...(types ?? []),
      Math.max(0, Math.trunc(limit)),
    )
    const found = rows.map((row) => this.#decode(row))
    return newest ? found.reverse() : found
  }

  /** By halves: events are written in the order of their times, and there may be millions. @returns 0 for none. */
  #lastBefore(at: Millis): number {
    let [low, high] = [0, this.#lastSeq]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      const found = this.#all('SELECT at FROM events WHERE seq = ?', middle)[0]?.['at']
      if (Number(found) < at) low = middle
      else high = middle - 1
    }
    return low
  }

  /** In the order in which they were started. */
  executions({ agent, task, newest }: ExecutionsQuery = {}): Execution[] {
    return this.#all(
      `SELECT * FROM agent_executions WHERE (?1 IS NULL OR agent = ?1) AND (?2 IS NULL OR task = ?2)
       ORDER BY started_at DESC, rowid DESC LIMIT ?3`,
      agent ?? null,
      task ?? null,
      newest ?? -1,
    )
      .map(executionOf)
      .toReversed()
  }

  /** What SQLite's full check complains about; empty when all is well. Reads the whole file. */
  integrityCheck(): string[] {
    const lines = this.#all('PRAGMA integrity_check').map((row) => String(row['integrity_check']))
    return lines.filter((line) => line !== 'ok')
  }

  /** Gives the lock back; `isEnding`: at the latest with the process, which is about to end. May be called twice. */
  close({ isEnding = false }: { readonly isEnding?: boolean } = {}): void {
    if (this.#closed) return
    this.#closed = true
    this.backups.close()
    this.#parts.release(isEnding)
  }

  #decode(row: SqlRow): StoredEvent {
    const seq = row['seq'] as number
    const event = decodeEvent(String(row['body']), Number(row['v']))
    if (isProblem(event)) throw journalError(event, seq, this.#parts)
    return { seq, event }
  }

  #damaged(what: string): Error {
    const { paths } = this.#parts
    return storeError('corrupt', `the store is damaged: ${what} (${paths.db})`, { hint: restoreHint(paths) })
  }

  #all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#guard('reading the store', () => this.#parts.db.all(sql, ...values))
  }

  #write(doing: string, work: (db: SqliteDriver) => void): void {
    const { db } = this.#parts
    this.#guard(doing, () => {
      db.exec('BEGIN IMMEDIATE')
      try {
        work(db)
        db.exec('COMMIT')
      } catch (error) {
        this.#rollback()
        throw error
      }
    })
  }

  #unsynced(work: () => void): void {
    const { db } = this.#parts
    this.#guard('writing the journal', () => db.exec('PRAGMA synchronous = NORMAL'))
    try {
      work()
    } finally {
      // What is written next has to be on the disk, whatever happened here.
      this.#guard('writing the journal', () => db.exec('PRAGMA synchronous = FULL'))
    }
  }

  /** After some errors SQLite has rolled back already. What a failed COMMIT left behind is read, not guessed. */
  #rollback(): void {
    try {
      this.#parts.db.exec('ROLLBACK')
    } catch {
      // nothing was open
    }
    try {
      this.#readLastSeq()
    } catch {
      // the first error says more
    }
  }

  #readLastSeq(): void {
    this.#lastSeq = (this.#all('SELECT max(seq) AS last FROM events')[0]?.['last'] as number | null) ?? 0
  }

  #guard<T>(doing: string, work: () => T): T {
    if (this.#closed) throw storeError('io', `${doing}: the store is closed`)
    try {
      return work()
    } catch (error) {
      throw wrapSqliteError(error, doing, this.#parts.paths.db)
    }
  }
}

/** @param after the seq of the last event that is there */
function insertEvents(db: SqliteDriver, events: readonly RunEvent[], after: number): void {
  const valuesOf = (event: RunEvent, i: number): SqlValue[] => [
    after + i + 1,
    event.at,
    event.type,
    stableJson(event),
  ]
  const whole = events.length - (events.length % ROWS)
  for (let i = 0; i < whole; i += ROWS)
    db.run(INSERT_EVENTS, ...events.slice(i, i + ROWS).flatMap((event, k) => valuesOf(event, i + k)))
  for (const [k, event] of events.slice(whole).entries()) db.run(INSERT_EVENT, ...valuesOf(event, whole + k))
}
