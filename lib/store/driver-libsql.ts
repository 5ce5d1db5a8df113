/** The package `libsql`: prebuilt, without an install script; optional, so a phone may lack it. */
import type { OpenDriver } from './driver.js'
import { statementDriver, type Database } from './statement-driver.js'

export const openLibsql: OpenDriver = async () => {
  try {
    const module = (await import('libsql')) as unknown as { default: new (path: string) => Database }
    return (path) => statementDriver('libsql', new module.default(path))
  } catch {
    return undefined
  }
}
