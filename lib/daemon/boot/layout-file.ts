/** The file of a session's layout, as the daemon's own file names it. */
import { readFileSync } from 'node:fs'
import { daemonFile, type DaemonFile, type HomePaths } from '../../home/paths.js'
import { writeDaemonFile } from './write-daemon-file.js'

/** null: the daemon's file is not there, or does not name it. */
export function layoutFileOf(paths: HomePaths, session: string): string | null {
  return told(paths, session)?.layout ?? null
}

/** The layout stands in another file from now on. Without a file of the daemon nothing is written. */
export function nameLayoutFile(paths: HomePaths, session: string, layout: string): void {
  const own = told(paths, session)
  if (own !== null && own.layout !== layout) writeDaemonFile(paths, { ...own, layout })
}

function told(paths: HomePaths, session: string): DaemonFile | null {
  try {
    return JSON.parse(readFileSync(daemonFile(paths, session), 'utf8')) as DaemonFile
  } catch {
    return null
  }
}
