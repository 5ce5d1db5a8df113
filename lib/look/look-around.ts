/** This machine and hosts over ssh, all at once; none is waited for longer than the time there is. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawEnvironment } from '../core/environment/environment.js'
import { messageOf, OrchestraError } from '../core/errors.js'
import type { FoundAgent, LookDocument, LookedAt } from '../core/protocol/look.js'
import type { RuleOverride } from '../core/status/rules.js'
import { safeText } from '../core/text/safe-text.js'
import type { AgentState } from '../core/words.js'
import { firstTry } from '../exec/first-try.js'
import { LocalLink } from '../exec/local-link.js'
import { Shell } from '../exec/shell.js'
import type { Link } from '../exec/transport.js'
import { SshLink } from '../ssh/ssh-link.js'
import { parseDestination } from '../ssh/ssh-target.js'
import type { WantedPane } from './find-agents.js'
import { lookAtMachine } from './look-at-machine.js'

export interface LookOptions {
  readonly here: boolean
  readonly hosts: readonly string[]
  readonly env: RawEnvironment
  readonly rules: ReadonlyMap<string, RuleOverride>
  readonly limitMs: number
  /** A pane that counts whatever runs there. */
  readonly wanted?: WantedPane | null
}

/** Kept for the end: what a slow machine says later is not heard. */
const SETTLES_MS = 150

export async function lookAround(options: LookOptions): Promise<LookDocument> {
  const { here, hosts, limitMs } = options
  const begun = performance.now()
  const until = begun + limitMs - SETTLES_MS
  const targets = [...(here ? [null] : []), ...hosts]
  const looked = await Promise.all(targets.map((host) => lookAt(host, until, options)))
  return {
    version: 1,
    at: new Date().toISOString(),
    took_ms: Math.round(performance.now() - begun),
    machines: looked.map(({ machine }) => machine),
    agents: looked.flatMap(({ agents }) => agents).sort(inOrder),
  }
}

interface Looked {
  readonly machine: LookedAt
  readonly agents: readonly FoundAgent[]
}

async function lookAt(
  host: string | null,
  until: number,
  { env, rules, wanted = null }: LookOptions,
): Promise<Looked> {
  const begun = performance.now()
  let agents: readonly FoundAgent[] = []
  const ended = (state: LookedAt['state'], reason: string | null, hint: string | null = null): Looked => ({
    machine: {
      host,
      state,
      reason: reason === null ? null : safeText(reason),
      hint: hint === null ? null : safeText(hint),
      took_ms: Math.round(performance.now() - begun),
      agents: agents.length,
    },
    agents,
  })
  const link = linkTo(host, env)
  if (link === null) return ended('unreachable', 'this is not an ssh destination')
  const shell = new Shell(link)
  const left = () => Math.max(1, until - performance.now())
  try {
    link.start()
    const late = sleep(left(), undefined, { ref: false })
    const work = async (): Promise<Looked> => {
      const state = await firstTry(link)
      if (state.status !== 'up')
        return ended(
          'unreachable',
          'reason' in state ? state.reason : 'it was not connected',
          'hint' in state ? state.hint : null,
        )
      const remark = await lookAtMachine({
        host,
        shell,
        rules,
        wanted,
        timeoutMs: left(),
        found: (now) => (agents = now),
      })
      return ended('answered', remark)
    }
    const slow = late.then(() => ended('slow', 'it has not answered in time'))
    return await Promise.race([work(), slow])
  } catch (error) {
    const isLate = error instanceof OrchestraError && error.details['reason'] === 'deadline'
    if (isLate) return ended('slow', 'it has not answered in time')
    return ended(
      'unreachable',
      messageOf(error),
      error instanceof OrchestraError ? (error.hint ?? null) : null,
    )
  } finally {
    shell.dispose()
    // A link that hangs is not waited for.
    void link.stop().catch(() => {})
  }
}

function linkTo(host: string | null, env: RawEnvironment): Link | null {
  if (host === null) return new LocalLink({ env })
  const target = parseDestination(host)
  return target === undefined ? null : new SshLink(target, { env })
}

const ORDER = {
  waiting: 0,
  error: 1,
  limited: 2,
  unknown: 3,
  working: 4,
  starting: 4,
  stopping: 4,
  idle: 5,
  quiet: 5,
  exited: 6,
} as const satisfies Record<AgentState, number>

function inOrder(a: FoundAgent, b: FoundAgent): number {
  return ORDER[a.state] - ORDER[b.state] || (b.age_s ?? 0) - (a.age_s ?? 0)
}
