/** The facts of one session in SQLite. Every write is durable before it returns. */
import type { SqliteDriver, SqlRow, SqlValue } from './driver.js'
import { factNamed, readFact, type Fact } from './facts.js'
import type { Facts } from './port.js'
import { receiptOf, receiptState, type Receipt } from './receipts.js'
import { stableJson } from './stable-json.js'

/** How the store reads and writes: guarded, in a transaction. */
export interface FactsAccess {
  readonly all: (sql: string, ...values: SqlValue[]) => SqlRow[]
  readonly write: (doing: string, work: (db: SqliteDriver) => void) => void
}

export class SqliteFacts implements Facts {
  readonly #access: FactsAccess

  constructor(access: FactsAccess) {
    this.#access = access
  }

  get<T>(fact: Fact<T>, id = ''): T | null {
    const text = this.#text(fact, id)
    if (text === null) return null
    const read = readFact(fact, id, text)
    return 'problem' in read ? null : read.value
  }

  /** As it is stored, readable or not. A write waits for the disk, and many say again what stands there. */
  #text(fact: Fact<unknown>, id: string): string | null {
    const row = this.#access.all('SELECT value FROM facts WHERE name = ? AND id = ?', fact.name, id)[0]
    return row === undefined ? null : String(row['value'])
  }

  entries<T>(fact: Fact<T>): readonly (readonly [string, T])[] {
    const rows = this.#access.all('SELECT id, value FROM facts WHERE name = ? ORDER BY id', fact.name)
    return rows.flatMap((row): [string, T][] => {
      const id = String(row['id'])
      const read = readFact(fact, id, String(row['value']))
      return 'problem' in read ? [] : [[id, read.value]]
    })
  }

  set<T>(fact: Fact<T>, value: NoInfer<T>, id = ''): void {
    if (this.#text(fact, id) === stableJson(value)) return
    this.#access.write('writing a fact', (db) => putFact(db, fact, value, id))
  }

  delete(fact: Fact<unknown>, id = ''): void {
    if (this.#text(fact, id) === null) return
    this.#access.write('writing a fact', (db) =>
      db.run('DELETE FROM facts WHERE name = ? AND id = ?', fact.name, id),
    )
  }

  receipt(operation: string): Receipt | null {
    const row = this.#access.all('SELECT * FROM receipts WHERE operation = ?', operation)[0]
    return row === undefined ? null : receiptOf(row)
  }

  openReceipts(): Receipt[] {
    return this.#access
      .all("SELECT * FROM receipts WHERE phase <> 'settled' ORDER BY at, rowid")
      .map(receiptOf)
  }

  noteSending({ operation, agent, digest, at }: Omit<Receipt, 'state'>, generation: number): void {
    this.#access.write('writing a receipt', (db) =>
      db.run(
        `INSERT INTO receipts (operation, agent, digest, phase, generation, at) VALUES (?, ?, ?, 'sending', ?, ?)
         ON CONFLICT (operation) DO UPDATE SET phase = 'sending', generation = excluded.generation,
           outcome = NULL, reason = NULL`,
        operation,
        agent,
        digest,
        generation,
        at,
      ),
    )
  }

  problems(): string[] {
    const facts = this.#access.all('SELECT name, id, value FROM facts ORDER BY name, id').flatMap((row) => {
      const name = String(row['name'])
      const fact = factNamed(name)
      if (fact === undefined) return [`${name}: a fact that this version does not know`]
      const read = readFact(fact, String(row['id']), String(row['value']))
      return 'problem' in read ? [read.problem] : []
    })
    const receipts = this.#access
      .all('SELECT * FROM receipts ORDER BY rowid')
      .filter((row) => receiptState(row) === undefined)
      .map((row) => `receipt of ${String(row['operation'])}: not a phase with its fields`)
    return [...facts, ...receipts]
  }
}

/** Inside a transaction of somebody else's. */
export function putFact<T>(db: SqliteDriver, fact: Fact<T>, value: NoInfer<T>, id = ''): void {
  db.run('INSERT OR REPLACE INTO facts VALUES (?, ?, ?)', fact.name, id, stableJson(value))
}
