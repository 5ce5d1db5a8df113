import { OrchestraError, messageOf } from '../core/errors.js'
import type { ErrorKind } from '../core/errors.js'

/** What is wrong with the store; stands in `details.store`. */
export type StoreProblem =
  | 'driver'
  | 'locked'
  | 'foreign'
  | 'empty'
  | 'truncated'
  | 'corrupt'
  | 'wal_missing'
  | 'newer'
  | 'unknown_event'
  | 'symlink'
  | 'not_a_file'
  | 'owner'
  | 'mode'
  | 'readonly'
  | 'full'
  | 'io'

const KIND: Readonly<Partial<Record<StoreProblem, ErrorKind>>> = {
  locked: 'refused',
  newer: 'usage',
  symlink: 'usage',
  not_a_file: 'usage',
  owner: 'usage',
  mode: 'usage',
  foreign: 'usage',
}

export function storeError(
  problem: StoreProblem,
  message: string,
  more: { readonly hint?: string; readonly cause?: unknown; readonly details?: Record<string, unknown> } = {},
): OrchestraError {
  return new OrchestraError(message, {
    kind: KIND[problem] ?? 'failed',
    ...(more.hint === undefined ? {} : { hint: more.hint }),
    ...(more.cause === undefined ? {} : { cause: more.cause }),
    details: { ...more.details, store: problem },
  })
}

/** SQLite's primary result code; undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const { rawCode, errcode } = error as { rawCode?: unknown; errcode?: unknown }
  const code = typeof rawCode === 'number' ? rawCode : errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY
}

/** An error of the library, told in our words. Ours pass through. */
export function wrapSqliteError(error: unknown, doing: string, path: string): OrchestraError {
  if (error instanceof OrchestraError) return error
  const details = { path, code: sqliteCode(error) ?? null }
  const why = messageOf(error)
  const make = (problem: StoreProblem, text: string, hint?: string) =>
    storeError(problem, `${doing}: ${text} (${path})`, { cause: error, details, ...(hint ? { hint } : {}) })
  const code = sqliteCode(error)
  if (code === SQLITE_FULL) {
    return make('full', 'no space left', 'Free space on that file system; it goes on by itself then.')
  }
  if (code === SQLITE_READONLY) {
    return make('readonly', 'the store cannot be written', 'Is the file system mounted read-only?')
  }
  if (code === SQLITE_CANTOPEN) {
    return make('readonly', 'the store or its journal cannot be opened for writing')
  }
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB)
    return make('corrupt', `the store is damaged: ${why}`)
  return systemProblem(error) === 'full' ? make('full', 'no space left') : make('io', why)
}

/** Our own file work fails with the system's words. */
function systemProblem(error: unknown): 'full' | 'other' {
  const { code } = error as { code?: unknown }
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'other'
}
