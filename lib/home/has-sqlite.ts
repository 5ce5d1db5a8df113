import { spawnSync } from 'node:child_process'
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from './package-root.js'

/** Whether a daemon of this installation could open its store: by Node itself from 22.13 on, before by an optional package. */
export function hasSqlite(root: string = packageRoot()): boolean {
  if (isBuiltin('node:sqlite')) return true
  try {
    const path = createRequire(join(root, 'package.json')).resolve('libsql')
    // It loads a native library, which may not fit this machine.
    return spawnSync(process.execPath, ['-e', 'require(process.argv[1])', path]).status === 0
  } catch {
    return false
  }
}
