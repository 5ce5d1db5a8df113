import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { fix } from '../core/fixes.js'
import { OrchestraError } from '../core/errors.js'
import { makeDir } from '../home/make-dir.js'

/**
 * Makes the run directory 0700, or takes the one that is there if nobody else can have prepared it for us: not a link,
 * ours, and writable by us alone (what others could read is closed to them). `/tmp/something` may be planted by anybody.
 * @throws OrchestraError(usage); `details.runDir` is `symlink`, `not_a_directory`, `owner` or `mode`.
 */
export function prepareRunDir(path: string): void {
  makeDir(dirname(path))
  try {
    // Without `recursive`: that would follow a link that was planted.
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') {
      throw new OrchestraError(`the run directory cannot be made: ${path}`, {
        kind: 'failed',
        cause: error,
        details: { path, code },
      })
    }
  }
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) throw refused(path, 'symlink', 'is a symbolic link')
  if (!stat.isDirectory()) throw refused(path, 'not_a_directory', 'is no directory')
  const uid = process.getuid?.()
  if (uid !== undefined && stat.uid !== uid) {
    throw refused(path, 'owner', `belongs to user ${stat.uid}, not to you (${uid})`)
  }
  if ((stat.mode & 0o022) !== 0) {
    const mode = `0${(stat.mode & 0o7777).toString(8)}`
    throw refused(
      path,
      'mode',
      `may be changed by others (${mode})`,
      `If it is yours: ${fix('run-directory.close', path)}`,
    )
  }
  if ((stat.mode & 0o777) !== 0o700) chmodSync(path, 0o700)
}

function refused(
  path: string,
  runDir: string,
  why: string,
  hint = 'Choose another run_dir in the layout, or leave it out.',
) {
  return new OrchestraError(`the run directory ${path} ${why}`, {
    kind: 'usage',
    hint,
    details: { path, runDir },
  })
}
