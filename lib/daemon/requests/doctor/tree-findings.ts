/** Worktrees: what is stuck, and what is not accounted for, with its size. */
import { fix } from '../../../core/fixes.js'
import type { Finding } from '../../../core/protocol/doctor.js'
import { formatBytes } from '../../../core/text/format-bytes.js'
import { LEAK_TEXT, NEEDS_REPAIR } from '../../../core/trees/leaks.js'
import type { Daemon } from '../../daemon.js'

/** Nothing of git is asked, or loaded, where no tree ever was. */
export async function treeFindings(daemon: Daemon, only: string | null): Promise<Finding[]> {
  const { layout, slots } = daemon.loop.state
  if (slots.size === 0 && (layout?.trees.length ?? 0) === 0) return []
  const stuck = [...slots.values()].flatMap(({ id, machine, state, reason, stuckForIgnored }): Finding[] =>
    state === 'stuck' && (only === null || only === machine)
      ? [
          {
            machine,
            check: 'worktree',
            level: 'warn',
            text: `${id} is stuck: ${reason ?? ''}`,
            mend: stuckForIgnored ? fix('trees.remove-ignored', id) : null,
          },
        ]
      : [],
  )
  const { all, needs } = await daemon.parts.trees.work()
  const { leaks } = await all.listLeaks(needs)
  const found = leaks.filter(({ machine }) => only === null || machine === only)
  return [
    ...stuck,
    ...found.map(({ machine, kind, path, bytes }): Finding => {
      const size = bytes === null ? '' : ` (${formatBytes(bytes)})`
      const isOurs = NEEDS_REPAIR.has(kind) || kind === 'orphan_entry'
      return {
        machine,
        check: 'worktree',
        level: isOurs ? 'warn' : 'note',
        text: `${kind}: ${path}${size}: ${LEAK_TEXT[kind]}`,
        mend: isOurs ? fix('trees.repair') : null,
      }
    }),
  ]
}
