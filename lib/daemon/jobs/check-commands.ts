import type { CheckResult } from '../../core/run/events.js'
import type { Nonce } from '../../core/ids.js'
import type { Millis } from '../../core/time.js'
import type { Loop } from '../kernel/loop.js'
import type { Jobs } from './jobs.js'
import type { Host } from '../machines/host.js'

export interface CheckNeeds {
  readonly jobs: Pick<Jobs, 'check' | 'forget'>
  readonly loop: Pick<Loop, 'settled'>
}

export interface Checks {
  readonly commands: readonly string[]
  /** The same after a crash in the middle: each command runs once. */
  readonly keyOf: (index: number) => string
  readonly cwd: string | null
  readonly env?: Readonly<Record<string, string>>
  readonly nonce: Nonce
  readonly timeoutMs: Millis
}

/**
 * Group after group, each in order until one of its commands fails; keys count over all groups. `tell` journals what came out; it is
 * not called when the machine was reset in between.
 */
export async function checkGroups(
  host: Host,
  groups: readonly (readonly string[])[],
  { keyOf, env, ...rest }: Omit<Checks, 'commands'>,
  { jobs, loop }: CheckNeeds,
  tell: (checks: readonly CheckResult[]) => void,
): Promise<void> {
  let all: CheckResult[] | null = []
  const keys: string[] = []
  for (const commands of groups) {
    const specs = commands.map((command, i) => ({
      ...rest,
      key: keyOf(keys.length + i),
      command,
      env: env ?? {},
    }))
    keys.push(...specs.map(({ key }) => key))
    const checks = await jobs.check(host, specs)
    all = checks === null ? null : [...all, ...checks]
    if (all === null) break
  }
  if (all !== null) tell(all)
  await loop.settled()
  // Not before the journal has it: after a crash in between, the records are read again and nothing runs twice.
  for (const key of keys) void jobs.forget(host, key)
}

/** One after the other until one fails. */
export async function checkCommands(
  host: Host,
  { commands, ...rest }: Checks,
  needs: CheckNeeds,
  tell: (checks: readonly CheckResult[]) => void,
): Promise<void> {
  await checkGroups(host, [commands], rest, needs, tell)
}
