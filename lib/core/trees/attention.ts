/** Trees that a person should look at: what holds one up, and what nothing accounts for. */
import { fix } from '../fixes.js'
import { isoTime } from '../iso-time.js'
import type { Attention } from '../protocol/status.js'
import type { RunState } from '../run/state.js'
import { formatBytes } from '../text/format-bytes.js'
import { plural } from '../text/plural.js'
import type { Millis } from '../time.js'
import { NEEDS_REPAIR } from './leaks.js'
import type { LeakRecord, SlotRecord } from './records.js'

/** A process that its agent left behind mostly ends by itself. */
export const STUCK_TOLD_MS = 60_000
const SHOWN = 3

type Found = Omit<Attention, 'human'>

export function treeAttention({ slots, leaks }: Pick<RunState, 'slots' | 'leaks'>, now: Millis): Found[] {
  const stuck = [...slots.values()].flatMap((slot): Found[] =>
    slot.state === 'stuck' && now - slot.since >= STUCK_TOLD_MS
      ? [{ kind: 'tree_stuck', id: slot.id, text: whyStuck(slot), since: isoTime(slot.since) }]
      : [],
  )
  const byMachine = new Map<string, LeakRecord[]>()
  for (const leak of leaks.values())
    if (NEEDS_REPAIR.has(leak.kind))
      byMachine.set(leak.machine, [...(byMachine.get(leak.machine) ?? []), leak])
  return [...stuck, ...[...byMachine].map(([machine, found]) => ofMachine(machine, found))]
}

function whyStuck({ id, reason, stuckForIgnored }: SlotRecord): string {
  const why = reason ?? 'stuck'
  return stuckForIgnored ? `${why}; \`${fix('trees.remove-ignored', id)}\` removes it with them` : why
}

function ofMachine(machine: string, found: readonly LeakRecord[]): Found {
  const bytes = found.reduce((sum, leak) => sum + (leak.bytes ?? 0), 0)
  const size = bytes === 0 ? '' : ` (${formatBytes(bytes)})`
  const names = found.slice(0, SHOWN).map(({ kind, name }) => `${kind} ${name}`)
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : ''
  return {
    kind: 'tree_leaked',
    id: machine,
    text: `${plural(found.length, 'worktree')} not accounted for${size}: ${names.join(', ')}${more}`,
    since: isoTime(Math.min(...found.map(({ at }) => at))),
  }
}
