/** Both libraries have the same face: a driver over either, which keeps statements by their text. */
import type { DriverName, SqliteDriver, SqlRow, SqlValue } from './driver.js'

interface Statement {
  run(...values: SqlValue[]): unknown
  all(...values: SqlValue[]): SqlRow[]
}

export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

export function statementDriver(name: DriverName, db: Database): SqliteDriver {
  const statements = new Map<string, Statement>()
  const statement = (sql: string) => {
    const known = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, known)
    return known
  }
  return {
    name,
    exec: (sql) => db.exec(sql),
    run: (sql, ...values) => void statement(sql).run(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    // libsql's statements keep the file open until they are collected: the store gives the lock back before it closes.
    close: () => db.close(),
  }
}
