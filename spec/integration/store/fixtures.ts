import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type SqliteDriver } from '../../../lib/store/driver.js'
import { loadDriver } from '../../../lib/store/load-driver.js'
import type { RunEvent } from '../../../lib/core/run/events.js'
import { openStore } from '../../../lib/store/open-store.js'
import type { OpenStoreOptions } from '../../../lib/store/open-store.js'
import type { OrchestraError } from '../../../lib/core/errors.js'

export const AT = Date.UTC(2026, 10, 21, 4)

export function options(more: Partial<OpenStoreOptions> = {}): OpenStoreOptions {
  return { now: () => AT, version: '0.1.0', ...more }
}

export const open = (dir: string, more: Partial<OpenStoreOptions> = {}) => openStore(dir, options(more))

export function note(text: string): RunEvent {
  return { type: 'noted', at: AT, subject: 'spec', text }
}

/** A directory of its own, removed afterwards. */
export async function withDir<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'orchestra-store-'))
  try {
    return await use(join(root, 'store'))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The error that an opening ends in. */
export async function refusal(dir: string, more: Partial<OpenStoreOptions> = {}): Promise<OrchestraError> {
  try {
    const store = await open(dir, more)
    store.close()
  } catch (error) {
    return error as OrchestraError
  }
  throw new Error('it was opened')
}

/** Into the file of a store that nobody has open, past all of ours. */
export async function inDatabase(dir: string, use: (db: SqliteDriver) => void): Promise<void> {
  const db = (await loadDriver())(join(dir, 'store.db'))
  try {
    use(db)
  } finally {
    db.close()
  }
}

/** A small file system of its own; undefined where we may not mount one. */
export async function withSmallDisk(use: (dir: string) => Promise<void>): Promise<boolean> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false
  return withDir(async (dir) => {
    mkdirSync(dir, { mode: 0o700 })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir], { stdio: 'ignore' })
    } catch {
      return false
    }
    try {
      await use(dir)
      return true
    } finally {
      execFileSync('umount', ['-l', dir])
    }
  })
}
