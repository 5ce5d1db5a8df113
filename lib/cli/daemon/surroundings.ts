/** What the process that typed the verb runs in, and what may be missing of it. */
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'
import type { Env } from '../../home/paths.js'

/** null: the directory was removed, or may not be read. */
export function directory(): string | null {
  try {
    return process.cwd()
  } catch {
    return null
  }
}

/** For verbs that need one. @throws OrchestraError(failed) */
export function neededDirectory(): string {
  const cwd = directory()
  if (cwd !== null) return cwd
  throw new OrchestraError('the current directory does not exist any more, or cannot be read', {
    kind: 'failed',
    hint: `Change to one that does: ${fix('directory.leave')}`,
  })
}

/** The locale names a character set that is not UTF-8. Where none is named, UTF-8 is what terminals do. */
export function isPlainLocale(env: Env): boolean {
  const named = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((v) => v !== undefined && v !== '')
  return named !== undefined && !/utf-?8/i.test(named)
}

/** A terminal that does not know its size says 0. Behind a pipe the terminal that shows errors has the width. */
export function columnsOf(stdout: { isTTY?: boolean; columns?: number }, env: Env): number {
  if (stdout.isTTY) return stdout.columns || 80
  const wanted = Number(env['COLUMNS'] ?? 0)
  if (wanted > 0) return wanted
  return (process.stderr.isTTY && process.stderr.columns) || 100
}
