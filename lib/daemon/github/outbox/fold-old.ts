/** After days without GitHub nobody wants a comment for each report of each day: old ones become one. */
import type { OutboxRow } from '../../../core/github/outbox-row.js'

export interface Folded {
  /** The newest of them, with the names of the others. */
  readonly row: OutboxRow
  /** Keys of those that are not sent any more. */
  readonly dropped: readonly string[]
}

export function foldOld(rows: readonly OutboxRow[], at: number, foldAfterMs: number): Folded[] {
  const old = rows.filter(
    ({ work, state, sentAt, createdAt }) =>
      work.kind === 'comment' &&
      work.folds !== null &&
      state === 'pending' &&
      sentAt === null &&
      createdAt <= at - foldAfterMs,
  )
  const byIssue = new Map<number, OutboxRow[]>()
  for (const row of old) {
    if (row.work.kind !== 'comment') continue
    byIssue.set(row.work.issue, [...(byIssue.get(row.work.issue) ?? []), row])
  }
  return [...byIssue.values()].flatMap((group) => {
    const ordered = group.toSorted((a, b) => a.createdAt - b.createdAt)
    const last = ordered.at(-1)
    if (last?.work.kind !== 'comment' || ordered.length < 2) return []
    const others = ordered.slice(0, -1)
    const names = others.map(({ work }) => `- ${work.kind === 'comment' ? (work.folds ?? '') : ''}`)
    const body = `${last.work.body}\n\nNot posted one by one, because GitHub was not reached:\n\n${names.join('\n')}`
    return [{ row: { ...last, work: { ...last.work, body } }, dropped: others.map(({ key }) => key) }]
  })
}
