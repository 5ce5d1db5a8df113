/** Whole copies of the store in `backups/`, made by SQLite itself, and what to type to go back to one. */
import { chmodSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fix } from '../core/fixes.js'
import type { Millis } from '../core/time.js'
import { makeDir } from '../home/make-dir.js'
import type { SqliteDriver } from './driver.js'
import type { Backup } from './port.js'
import type { StorePaths } from './store-paths.js'

const KEPT = 3

/** Newest first. */
export function listBackups({ backups }: Pick<StorePaths, 'backups'>): Backup[] {
  return namesIn(backups)
    .filter((name) => /^store-[\w.-]+\.db$/.test(name))
    .flatMap((name) => {
      const path = join(backups, name)
      const stat = statSync(path, { throwIfNoEntry: false })
      return stat === undefined ? [] : [{ path, at: Math.round(stat.mtimeMs), bytes: stat.size }]
    })
    .sort((a, b) => b.at - a.at)
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

/** Sentences that name a backup, by default the newest, and the command; or say that there is none that helps. */
export function restoreHint(
  { dir, backups }: Pick<StorePaths, 'dir' | 'backups'>,
  backup: string | null = listBackups({ backups })[0]?.path ?? null,
): string {
  return backup === null
    ? `There is no backup that helps. To begin with an empty store and keep these files: ${fix('store.begin-empty', dir)}`
    : `To go back to the last backup that can be read: ${fix('store.go-back', dir, backup)}`
}

export function backupPath({ backups }: StorePaths, label: string, now: Millis): string {
  return join(backups, `store-${label}-${new Date(now).toISOString().replace(/[:.]/g, '-')}.db`)
}

/**
 * The newest are kept, and nothing that was only begun. Only the holder of the lease makes any. `made`: the one just made,
 * which others seem newer than when the clock was set back.
 */
export function forgetOldBackups(paths: StorePaths, made?: string): void {
  const others = listBackups(paths).filter(({ path }) => path !== made)
  for (const { path } of others.slice(made === undefined ? KEPT : KEPT - 1)) rmSync(path, { force: true })
  for (const name of namesIn(paths.backups))
    if (name.endsWith('.db.partial')) rmSync(join(paths.backups, name), { force: true })
}

/** Before a migration, with everything waiting for it. @returns the copy's path; a failure leaves those that exist. */
export function backUpNow(db: SqliteDriver, paths: StorePaths, label: string, now: Millis): string {
  makeDir(paths.backups)
  const target = backupPath(paths, label, now)
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
  forgetOldBackups(paths, target)
  return target
}
