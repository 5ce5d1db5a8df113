/** What commands printed: a file a command in `logs/` of the run directory, whole, readable without a daemon. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareRunDir } from './prepare-run-dir.js'

/** `name` as in `core/protocol/output-name.ts`. */
export function writeOutput(runDir: string, name: string, bytes: Buffer): void {
  const dir = join(runDir, 'logs')
  prepareRunDir(runDir)
  prepareRunDir(dir)
  const beside = join(dir, `.${name}.${randomBytes(6).toString('hex')}`)
  try {
    writeFileSync(beside, bytes, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(beside, join(dir, `${name}.log`))
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** null: nothing was kept under that name. */
export function readOutput(runDir: string, name: string): Buffer | null {
  try {
    return readFileSync(join(runDir, 'logs', `${name}.log`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Names of what was kept that begin like this. */
export function outputNames(runDir: string, prefix: string): readonly string[] {
  try {
    return readdirSync(join(runDir, 'logs'))
      .filter((file) => file.startsWith(prefix) && file.endsWith('.log'))
      .map((file) => file.slice(0, -'.log'.length))
  } catch {
    return []
  }
}
