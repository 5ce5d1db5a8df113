import { isOfStore, OrchestraError } from '../../core/errors.js'

/** A step that ended so says nothing of the repository: the machine, its link or our own store did not let it be done, and it is asked for again. */
export function isAskedAgain(error: unknown): boolean {
  if (!(error instanceof OrchestraError) || error.kind === 'unreachable' || isOfStore(error)) return true
  // Not known whether it was done, or no channel to the machine was free.
  return error.details['delivered'] === 'unknown' || error.details['reason'] === 'channel_limit'
}
