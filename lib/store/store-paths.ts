import { join } from 'node:path'

export interface StorePaths {
  readonly dir: string
  readonly db: string
  readonly wal: string
  /** Who has it open; removed at an orderly end. Informational but for one thing: see `checkStoreFile`. */
  readonly pid: string
  readonly backups: string
}

export function storePaths(dir: string): StorePaths {
  const db = join(dir, 'store.db')
  return { dir, db, wal: `${db}-wal`, pid: join(dir, 'store.pid'), backups: join(dir, 'backups') }
}
