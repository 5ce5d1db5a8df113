import { renameSync, writeFileSync } from 'node:fs'
import { daemonFile, type DaemonFile, type HomePaths } from '../../home/paths.js'

/** Whoever looks for the daemon finds the old file or the new one, each whole. */
export function writeDaemonFile(paths: HomePaths, file: DaemonFile): void {
  const path = daemonFile(paths, file.session)
  writeFileSync(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
