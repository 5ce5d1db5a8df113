import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The directory with all above it, for its owner alone. Node's own recursive mkdir never returns where an existing
 * directory answers ENOENT, as below /proc.
 */
export function makeDir(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(path) !== path && !isDirectory(dirname(path))) {
      makeDir(dirname(path))
      // Another may have made it meanwhile, too.
      makeDir(path)
    } else if (code !== 'EEXIST' || !isDirectory(path)) throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
