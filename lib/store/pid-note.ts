/** `store.pid`: who has the store open. The lock decides; this only lets a message name the holder. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import type { Millis } from '../core/time.js'
import type { StorePaths } from './store-paths.js'

export function holderPid(paths: StorePaths): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(paths.pid, 'utf8').slice(0, 1000)) as { pid?: unknown }
    return typeof pid === 'number' ? pid : null
  } catch {
    return null
  }
}

export function notePid(paths: StorePaths, version: string, now: Millis): void {
  try {
    rmSync(paths.pid, { force: true })
    const note = { pid: process.pid, version, since: new Date(now).toISOString() }
    writeFileSync(paths.pid, `${JSON.stringify(note)}\n`, { flag: 'wx', mode: 0o600 })
  } catch {
    // only information
  }
}

/** Before the journal is put away: without this note a missing journal means nothing. */
export function removePidNote(paths: StorePaths): void {
  rmSync(paths.pid, { force: true })
}
