import type { CheckResult } from '../../core/run/events.js'
import type { Nonce } from '../../core/ids.js'
import type { Millis } from '../../core/time.js'
import type { DaemonContext } from '../context.js'
import { forgetJob } from './host-jobs.js'
import type { Host } from '../machines/host.js'

export interface Checks {
  readonly commands: readonly string[]
  /** The same after a crash in the middle: each command runs once. */
  readonly keyOf: (index: number) => string
  readonly cwd: string | null
  readonly nonce: Nonce
  readonly timeoutMs: Millis
}

/** One after the other until one fails. `tell` journals what came out; not called when the machine was reset meanwhile. */
export async function checkCommands(
  host: Host,
  { commands, keyOf, ...rest }: Checks,
  { jobs, loop }: DaemonContext,
  tell: (checks: readonly CheckResult[]) => void,
): Promise<void> {
  const specs = commands.map((command, i) => ({ ...rest, key: keyOf(i), command, env: {} }))
  const checks = await jobs.check(host, specs)
  if (checks !== null) tell(checks)
  await loop.settled()
  // Not before the journal has it: after a crash in between, the records are read again and nothing runs twice.
  for (const { key } of specs) void forgetJob(host, key)
}
