import type { TaskRow } from '../protocol/status.js'
import { plural } from '../text/plural.js'
import type { Millis } from '../time.js'
import { formatAge, millisOf } from './times.js'

/** Where the work of a task stands: its branch, how old what it started from is, what it changed; null: in no worktree. */
export function treeWords({ tree }: Pick<TaskRow, 'tree'>, now: Millis): string | null {
  if (tree === null) return null
  const baseAt = millisOf(tree.base_at)
  const base =
    tree.base === null
      ? []
      : [`base ${tree.base.slice(0, 10)}${baseAt === null ? '' : `, ${formatAge(now - baseAt)} old`}`]
  const work =
    tree.head === null ? [] : [`${plural(tree.commits, 'commit')}, ${plural(tree.files, 'file')} changed`]
  return [tree.branch ?? tree.slot ?? 'a tree is made ready', ...base, ...work].join('; ')
}

export function landedWords({ landed, tree }: Pick<TaskRow, 'landed' | 'tree'>): string | null {
  if (landed !== null) return `in ${landed.into} as ${landed.oid.slice(0, 10)}`
  return tree !== null && tree.commits > 0 ? 'nowhere yet' : null
}
