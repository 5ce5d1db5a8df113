/** The package `libsql`: prebuilt, without an install script; optional, so a phone may lack it. */
import { readdirSync } from 'node:fs'
import type { OpenDriver } from './driver.js'
import { statementDriver, type Database } from './statement-driver.js'

export const openLibsql: OpenDriver = async () => {
  try {
    const module = (await withoutReport(() => import('libsql'))) as unknown as {
      default: new (path: string) => Database
    }
    return (path) => statementDriver('libsql', new module.default(path))
  } catch {
    return undefined
  }
}

/**
 * The package asks Node's diagnostic report whether this is glibc or musl: 5 ms of the 11 that it takes to load, for
 * one field. Where no loader of musl is installed, there is nothing to ask.
 */
async function withoutReport<T>(load: () => Promise<T>): Promise<T> {
  const { report } = process
  if (process.platform !== 'linux' || report === undefined || hasMusl()) return load()
  const getReport = report.getReport.bind(report)
  report.getReport = () => ({ header: { glibcVersionRuntime: 'some' } })
  try {
    return await load()
  } finally {
    report.getReport = getReport
  }
}

function hasMusl(): boolean {
  try {
    return readdirSync('/lib').some((name) => name.startsWith('ld-musl-'))
  } catch {
    return true
  }
}
