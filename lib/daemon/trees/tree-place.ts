/** Where the trees of a repository stand on a machine, and how they are marked as ours. */
import type { SlotRecord } from '../../core/trees/records.js'
import { rootName } from '../../git/mirror.js'
import { recordOf } from '../../git/prelude.js'

export interface RepositoryPlace {
  readonly dir: string
  readonly rootName: string
  /** `~` is HOME there. */
  readonly root: string
  readonly mark: string
}

export function placeOf(dir: string, repository: string, storeId: string): RepositoryPlace {
  const name = rootName(repository, storeId)
  return { dir, rootName: name, root: `${dir.replace(/\/+$/, '')}/${name}`, mark: `orchestra ${storeId}` }
}

/** In its lock: whose it is. */
export function slotMark({ id }: Pick<SlotRecord, 'id'>, storeId: string): string {
  return `orchestra ${storeId} ${id}`
}

export function isRecordNamed(output: Buffer, name: string): boolean {
  return recordOf(output, name) !== undefined
}
