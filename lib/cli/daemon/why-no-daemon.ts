/** No daemon runs: because its store is refused, where it is. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isHanging, isUnreachable, OrchestraError } from '../../core/errors.js'
import { homePaths, sessionDir } from '../../home/paths.js'
import { chosenSession, knownDaemons, ownSession } from './locate.js'
import { directory } from './surroundings.js'
import type { VerbContext } from '../verb.js'

/** @returns what to throw: the store's refusal, which tells what to do, else `error`. */
export async function whyNoDaemon(error: unknown, c: VerbContext): Promise<unknown> {
  if (!isUnreachable(error) || isHanging(error) || c.host !== undefined) return error
  const paths = homePaths(c.env)
  const known = knownDaemons(paths)
  const session = chosenSession(known, c.session ?? ownSession(known, c.env), directory() ?? '/')
  if (session === undefined || !existsSync(join(sessionDir(paths, session), 'store.db'))) return error
  const { startDaemon } = await import('./ensure-daemon.js')
  return startDaemon(['--session', session, '--check'], c).then(
    () => error,
    (refusal: unknown) => (isLocked(refusal) ? error : refusal),
  )
}

/** A daemon is just starting or ending. */
function isLocked(error: unknown): boolean {
  return error instanceof OrchestraError && error.kind === 'refused'
}
