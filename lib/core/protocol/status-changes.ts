/** What is another thing in a state than in the one before it: the message `changes` of a stream. */
import { sameValue } from '../same-value.js'
import type { StatusDocument } from './status.js'

/** Lists whose rows are known by their ids. */
const LISTS = ['machines', 'mcp_servers', 'agents', 'tasks', 'gates', 'phases', 'milestones'] as const
type List = (typeof LISTS)[number]

export interface StatusChanges {
  /** Whole. `at` is always there. */
  readonly fields: Partial<Omit<StatusDocument, List>>
  /** Of a row its id and what is another thing in it. */
  readonly rows: { readonly [Name in List]?: readonly RowChange[] }
}

export type RowChange = { readonly id: string } & Readonly<Record<string, unknown>>

/** null: nothing but its time; `other`: rows have come, gone or changed places, so that the whole state has to be told. */
export function statusChanges(before: StatusDocument, after: StatusDocument): StatusChanges | 'other' | null {
  const fields = changedKeys(before, after, (key) => isList(key))
  if (fields === null) return 'other'
  const rows: [List, RowChange[]][] = []
  for (const list of LISTS) {
    const changed = changedRows(before[list], after[list])
    if (changed === null) return 'other'
    if (changed.length > 0) rows.push([list, changed])
  }
  if (rows.length === 0 && Object.keys(fields).every((key) => key === 'at')) return null
  return { fields: { ...fields, at: after.at }, rows: Object.fromEntries(rows) }
}

/** The state after `changes` of the state before. */
export function withChanges(before: StatusDocument, { fields, rows }: StatusChanges): StatusDocument {
  const lists = LISTS.flatMap((list) => {
    const changed = new Map(rows[list]?.map((row) => [row.id, row]))
    return changed.size === 0 ? [] : [[list, before[list].map((row) => ({ ...row, ...changed.get(row.id) }))]]
  })
  return { ...before, ...fields, ...(Object.fromEntries(lists) as Pick<StatusDocument, List>) }
}

function isList(key: string): boolean {
  return LISTS.some((list) => list === key)
}

interface Row {
  readonly id: string
}

/** null: they are not the same rows in the same order, or one has other keys. */
function changedRows(before: readonly Row[], after: readonly Row[]): RowChange[] | null {
  if (before.length !== after.length) return null
  const changed: RowChange[] = []
  for (const [i, row] of after.entries()) {
    const old = before[i]
    if (old === undefined || old.id !== row.id) return null
    if (old === row) continue
    const keys = changedKeys(old, row)
    if (keys === null) return null
    if (Object.keys(keys).length > 0) changed.push({ ...keys, id: row.id })
  }
  return changed
}

/** null: one has a key that the other has not. */
function changedKeys(
  before: object,
  after: object,
  skip: (key: string) => boolean = () => false,
): Record<string, unknown> | null {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>]
  const keys = Object.keys(now)
  if (keys.length !== Object.keys(old).length || !keys.every((key) => Object.hasOwn(old, key))) return null
  return Object.fromEntries(
    keys.flatMap((key) => (skip(key) || sameValue(old[key], now[key]) ? [] : [[key, now[key]]])),
  )
}
