/** The package `libsql`: prebuilt, without an install script; optional, so a phone may lack it. */
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

export const openLibsql: OpenDriver = async () => {
  try {
    const module = (await import('libsql')) as unknown as { default: new (path: string) => Database }
    return (path) => driver(new module.default(path))
  } catch {
    return undefined
  }
}

function driver(db: Database): SqliteDriver {
  const statements = new Map<string, Statement>()
  const statement = (sql: string) => {
    const known = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, known)
    return known
  }
  return {
    name: 'libsql',
    exec: (sql) => db.exec(sql),
    run: (sql, ...values) => void statement(sql).run(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    // Its statements keep the file open until they are collected: the store gives the lock back before it closes.
    close: () => db.close(),
  }
}
