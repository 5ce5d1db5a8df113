/** Which file a session's layout stands in, as those who look for its daemon are told. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { daemonFile, type DaemonFile, type HomePaths } from '../../home/paths.js'

/** null: it was not told. */
export function layoutFileOf(paths: HomePaths, session: string): string | null {
  return told(paths, session)?.layout ?? null
}

/** Another one from now on; where nothing is told, it stays so. */
export function nameLayoutFile(paths: HomePaths, session: string, layout: string): void {
  const own = told(paths, session)
  if (own === null || own.layout === layout) return
  const path = daemonFile(paths, session)
  writeFileSync(`${path}.named`, `${JSON.stringify({ ...own, layout })}\n`, { mode: 0o600 })
  renameSync(`${path}.named`, path)
}

function told(paths: HomePaths, session: string): DaemonFile | null {
  try {
    return JSON.parse(readFileSync(daemonFile(paths, session), 'utf8')) as DaemonFile
  } catch {
    return null
  }
}
