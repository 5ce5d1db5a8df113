import type { DaemonFile } from '../../home/paths.js'
import { version } from '../../home/version.js'
import type { VerbContext } from '../verb.js'

/** A daemon of another build answers what that build knows. The code that says so is loaded only where it is needed. */
export async function sayIfOther(daemon: DaemonFile, c: Pick<VerbContext, 'err'>): Promise<void> {
  if (daemon.version === version()) return
  const { otherDaemon } = await import('../exit.js')
  c.err(`${otherDaemon(daemon.version)}\n`)
}
