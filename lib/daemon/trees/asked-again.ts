import { isOfStore, OrchestraError } from '../../core/errors.js'

/** Whether a step that failed has to be asked for again: the machine, its link or our own store prevented it, not the repository. */
export function isAskedAgain(error: unknown): boolean {
  if (!(error instanceof OrchestraError) || error.kind === 'unreachable' || isOfStore(error)) return true
  // Not known whether it was done, or no channel to the machine was free.
  return error.details['delivered'] === 'unknown' || error.details['reason'] === 'channel_limit'
}
