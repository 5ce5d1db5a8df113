/** Ends what is left of starts on a machine: whatever carries their mark, wherever it went. See agents/host/end-start.sh. */
import type { AgentId } from '../../core/ids.js'
import type { Shell } from '../../exec/shell.js'
import type { HostPaths } from './host-paths.js'
import { toolText } from './place-tools.js'

interface Ground {
  readonly shell: Shell
  readonly paths: HostPaths
}

const GRACE_TENTHS = 20
/** The grace, then KILL until it is quiet; on a machine that has too much to do each look takes long. */
const TIMEOUT_MS = 30_000
const NOT_THERE = 120

/** Of one generation; without it, of all of the agent's. */
export function agentStart(host: Ground, agent: AgentId, generation?: number): string {
  return `${host.paths.start(agent)}/${generation === undefined ? '' : `gen.${generation}`}`
}

/** @returns the pids that live on: processes of another user, or such as the kernel does not let go. */
export async function endStarts(host: Ground, starts: readonly string[]): Promise<readonly number[]> {
  if (starts.length === 0) return []
  // A terminal that closes says HUP, and some shells mind nothing else.
  const args = ['HUP TERM', String(GRACE_TENTHS), ...starts]
  const options = { timeoutMs: TIMEOUT_MS, lane: 'bulk', maxBytes: 64 * 1024 } as const
  const { ender } = host.paths
  const placed = await host.shell.run(`[ -s "$1" ] || exit ${NOT_THERE}; sh "$@"`, {
    ...options,
    args: [ender, ...args],
  })
  const result =
    placed.exitCode === NOT_THERE
      ? await host.shell.run(toolText('end-start.sh'), { ...options, args })
      : placed
  return result.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number)
}

/** `process 12 lives on`; null when none does. */
export function sayLeft(pids: readonly number[]): string | null {
  if (pids.length === 0) return null
  const shown = pids.slice(0, 5).join(', ')
  const more = pids.length > 5 ? ` and ${pids.length - 5} more` : ''
  return pids.length === 1 ? `process ${shown} lives on` : `processes ${shown}${more} live on`
}
