import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file and directory below `dir`, with all that a write would change. */
export function fileMarks(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { ino, size, mtimeNs } = statSync(join(dir, name), { bigint: true })
      return `${name} ${ino} ${size} ${mtimeNs}`
    })
    .toSorted()
}
