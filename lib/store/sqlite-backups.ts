/**
 * Whole copies of a store that is in use. All of the journal goes into the file, then nothing does until another process
 * has copied it: what is written in the meantime stands in the journal beside it. The event loop waits for neither.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { renameSync, rmSync, statfsSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { messageOf } from '../core/errors.js'
import type { Millis } from '../core/time.js'
import { makeDir } from '../home/make-dir.js'
import { packageRoot } from '../home/package-root.js'
import { backupPath, forgetOldBackups, listBackups } from './backups.js'
import type { SqliteDriver } from './driver.js'
import type { Backup, Backups } from './port.js'
import { storeError } from './store-error.js'
import type { StorePaths } from './store-paths.js'

/** A copy that leaves less is not begun: without space nothing can be decided any more. */
const SPARE_BYTES = 64 * 1024 * 1024
/** The journal beside the file may grow to this while it is copied; then the copy is given up. */
const MAX_WAL_BYTES = 64 * 1024 * 1024
const WAL_LOOK_MS = 500
const MB = 1024 * 1024

export interface BackupAccess {
  readonly db: SqliteDriver
  readonly paths: StorePaths
  readonly now: () => Millis
  readonly guard: <T>(doing: string, work: () => T) => T
}

export class SqliteBackups implements Backups {
  readonly #access: BackupAccess
  #running: Promise<string> | null = null
  #child: ChildProcess | null = null
  #closed = false

  constructor(access: BackupAccess) {
    this.#access = access
  }

  get dir(): string {
    return this.#access.paths.backups
  }

  list(): readonly Backup[] {
    return listBackups(this.#access.paths)
  }

  make(): Promise<string> {
    this.#running ??= this.#make().finally(() => (this.#running = null))
    return this.#running
  }

  /** The copy that is being made is given up. */
  close(): void {
    this.#closed = true
    this.#child?.kill('SIGKILL')
  }

  async #make(): Promise<string> {
    const { paths, now, guard } = this.#access
    const at = now()
    const target = backupPath(paths, 'copy', at)
    const partial = `${target}.partial`
    guard('making a backup', () => {
      makeDir(paths.backups)
      // Of a copy that was cut off.
      forgetOldBackups(paths)
      this.#freeze()
    })
    try {
      this.#checkSpace()
      await this.#copy(partial)
      if (this.#closed) throw storeError('io', 'making a backup: the store is closed')
      utimesSync(partial, at / 1000, at / 1000)
      renameSync(partial, target)
      forgetOldBackups(paths, target)
      return target
    } catch (error) {
      rmSync(partial, { force: true })
      return guard('making a backup', () => {
        throw error
      })
    } finally {
      this.#thaw()
    }
  }

  /** The file stays as it is from now on. */
  #freeze(): void {
    const { db } = this.#access
    const [row] = db.all('PRAGMA wal_checkpoint(TRUNCATE)')
    if (row?.['busy'] !== 0) throw storeError('io', 'making a backup: the journal cannot be put away now')
    db.exec('PRAGMA wal_autocheckpoint = 0')
  }

  #thaw(): void {
    if (!this.#closed) this.#access.db.exec('PRAGMA wal_autocheckpoint = 1000')
  }

  #checkSpace(): void {
    const { paths } = this.#access
    const { bavail, bsize } = statfsSync(dirname(paths.db))
    const needed = statSync(paths.db).size + SPARE_BYTES
    if (bavail * bsize >= needed) return
    const said = `${Math.ceil(needed / MB)} MB are needed, ${Math.floor((bavail * bsize) / MB)} MB are free`
    throw storeError('full', `making a backup: no space: ${said} (${paths.backups})`)
  }

  #copy(partial: string): Promise<void> {
    const { paths } = this.#access
    const program = join(packageRoot(), 'lib', 'store', 'copy', 'copy-store.cjs')
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, paths.db, partial], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {},
      })
      this.#child = child
      let said = ''
      let grew = false
      const looks = setInterval(() => {
        grew ||= (statSync(paths.wal, { throwIfNoEntry: false })?.size ?? 0) > MAX_WAL_BYTES
        if (grew) child.kill('SIGKILL')
      }, WAL_LOOK_MS)
      const end = (why: string | null) => {
        clearInterval(looks)
        this.#child = null
        if (why === null) resolve()
        else
          reject(storeError(why.startsWith('ENOSPC') ? 'full' : 'io', `making a backup: ${why} (${partial})`))
      }
      child.stderr.on('data', (data: Buffer) => (said = (said + data.toString('utf8')).slice(0, 2000)))
      child.once('error', (error) => end(messageOf(error)))
      child.once('close', (code, signal) => {
        if (code === 0) return end(null)
        end(
          grew
            ? 'too much was written at the same time'
            : said.trim() || `its process ended (${signal ?? code})`,
        )
      })
    })
  }
}
