/** `node:sqlite`, from Node 22.13 on. Its types are not in Node 20's, so the few that we use stand here. */
import process from 'node:process'
import type { OpenDriver, SqliteDriver, SqlRow, SqlValue } from './driver.js'

interface Statement {
  run(...values: SqlValue[]): unknown
  all(...values: SqlValue[]): SqlRow[]
}

interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => Database
}

export const openNodeSqlite: OpenDriver = () => {
  const sqlite = quietly(() => process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined)
  return Promise.resolve(sqlite?.DatabaseSync && ((path) => driver(new sqlite.DatabaseSync(path))))
}

function driver(db: Database): SqliteDriver {
  const statements = new Map<string, Statement>()
  const statement = (sql: string) => {
    const known = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, known)
    return known
  }
  return {
    name: 'node:sqlite',
    exec: (sql) => db.exec(sql),
    run: (sql, ...values) => void statement(sql).run(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    close: () => db.close(),
  }
}

/** Node 22 and 24 call the module experimental on stderr, where nobody who runs orchestra can do anything about it. */
function quietly<T>(load: () => T): T {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => {}
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
