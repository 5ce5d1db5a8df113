/** `node:sqlite`, from Node 22.13 on. Its types are not in Node 20's, so the few that we use stand here. */
import process from 'node:process'
import type { OpenDriver } from './driver.js'
import { statementDriver, type Database } from './statement-driver.js'

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => Database
}

export const openNodeSqlite: OpenDriver = () => {
  const sqlite = quietly(() => process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined)
  return Promise.resolve(
    sqlite?.DatabaseSync && ((path) => statementDriver('node:sqlite', new sqlite.DatabaseSync(path))),
  )
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
