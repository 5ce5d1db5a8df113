/** Whole copies of the store in `backups/`, made by SQLite itself, and what to type to go back to one. */
import { chmodSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Millis } from '../core/time.js'
import { makeDir } from '../home/make-dir.js'
import type { SqliteDriver } from './driver.js'
import type { StorePaths } from './store-file.js'

const KEPT = 3
const DAY: Millis = 86_400_000

/** Newest first, absolute paths. */
export function listBackups({ backups }: Pick<StorePaths, 'backups'>): string[] {
  let names: string[]
  try {
    names = readdirSync(backups)
  } catch {
    return []
  }
  return names
    .filter((name) => /^store-[\w.-]+\.db$/.test(name))
    .map((name) => join(backups, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
}

/** Sentences that name a backup, by default the newest, and the command; or say that there is none that helps. */
export function restoreHint(
  { dir, backups }: Pick<StorePaths, 'dir' | 'backups'>,
  backup: string | null = listBackups({ backups })[0] ?? null,
): string {
  const away = `mkdir -p '${dir}/damaged' && mv '${dir}'/store.* '${dir}/damaged/'`
  return backup === null
    ? `There is no backup that helps. To begin with an empty store and keep these files: ${away}`
    : `To go back to the last backup that can be read: ${away} && cp -p '${backup}' '${dir}/store.db'`
}

/** @returns the copy's path. Older ones are removed; a failure leaves those that exist. */
export function makeBackup(db: SqliteDriver, paths: StorePaths, label: string, now: Millis): string {
  makeDir(paths.backups)
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-')
  const target = join(paths.backups, `store-${label}-${stamp}.db`)
  const partial = `${target}.partial`
  rmSync(partial, { force: true })
  try {
    db.run('VACUUM INTO ?', partial)
    chmodSync(partial, 0o600)
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  for (const old of listBackups(paths).slice(KEPT)) rmSync(old, { force: true })
  return target
}

export function isBackupDue(paths: StorePaths, now: Millis): boolean {
  const newest = listBackups(paths)[0]
  return newest === undefined || Math.abs(now - statSync(newest).mtimeMs) > DAY
}
