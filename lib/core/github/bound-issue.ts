/** The issue of a task. */
import type { MachineId, TaskId } from '../ids.js'
import type { Layout, TaskSpec } from '../layout/model.js'
import { safeText } from '../text/safe-text.js'
import type { Millis } from '../time.js'
import type { TaskStatus } from '../words.js'
import { webAddress } from './spec.js'

/** layout: its task says so; link: a person did; created: orchestra made it; import: its task was made from it. */
export const BINDINGS = ['layout', 'link', 'created', 'import'] as const
export type Binding = (typeof BINDINGS)[number]

export interface BoundIssue {
  readonly task: TaskId
  /** Of the repository; null: no machine of the layout is connected. */
  readonly machine: MachineId | null
  readonly number: number
  /** Of GitHub's database; null: it was never looked at. */
  readonly issueId: number | null
  readonly url: string | null
  readonly how: Binding
  /** As GitHub said last; null: it was never looked at. */
  readonly state: 'open' | 'closed' | null
  /** What a person made of it: orchestra opens none again, and closes none of a task that is not complete. */
  readonly changed: { readonly to: 'open' | 'closed'; readonly at: Millis } | null
  /** It is not in the repository any more; null: it is, as far as is known. */
  readonly gone: GoneIssue | null
  /** The number that the layout says, and that is gone; null: it replaces none. */
  readonly replaces: number | null
}

export const GONE = ['deleted', 'moved'] as const

export interface GoneIssue {
  readonly why: (typeof GONE)[number]
  /** moved: where it is now. */
  readonly to: string | null
  readonly at: Millis
}

/** The same issue, seen in a state. One that a person put back as it was needs no look. */
export function seenIssue(
  before: BoundIssue,
  state: 'open' | 'closed',
  { isComplete, at }: { readonly isComplete: boolean; readonly at: Millis },
): BoundIssue {
  const known: BoundIssue = { ...before, gone: null }
  if (known.state === state) return known
  if (known.state === null) return { ...known, state }
  const isOurs = state === 'closed' && isComplete
  const isBack = known.changed !== null && known.changed.to !== state
  return { ...known, state, changed: isOurs || isBack ? null : { to: state, at } }
}

/** Why a person should look at it; null: there is no reason. */
export function sayChanged({ number, changed, gone }: BoundIssue, status: TaskStatus): string | null {
  if (gone?.why === 'deleted')
    return `issue #${number} is not on GitHub (any more): export the task to make one, or link it to another`
  if (gone?.why === 'moved')
    return `issue #${number} was moved to ${safeText(gone.to ?? 'another repository')}: link the task to another`
  if (changed?.to === 'open' && status === 'COMPLETED')
    return `issue #${number} was opened again; the task stays complete`
  if (changed?.to === 'closed' && status !== 'COMPLETED' && status !== 'CANCELLED')
    return `a person closed issue #${number}; the task is not complete, and goes on`
  return null
}

/** The machine that the layout's own bindings mean: the first that is connected. */
function connectedMachine(layout: Layout | null): MachineId | null {
  return layout?.github[0]?.machine ?? null
}

/** null: nothing in the layout binds it. */
export function boundBySpec(layout: Layout | null, { id, issue }: TaskSpec): BoundIssue | null {
  if (typeof issue !== 'number') return null
  const machine = connectedMachine(layout)
  const url = issueUrl(layout, machine, issue)
  const bound = { task: id, machine, number: issue, issueId: null, url, how: 'layout' } as const
  return { ...bound, state: null, changed: null, gone: null, replaces: null }
}

export function issueUrl(layout: Layout | null, machine: MachineId | null, number: number): string | null {
  const spec = layout?.github.find((one) => one.machine === machine)
  const place = layout?.machines.find(({ id }) => id === machine)
  if (spec === undefined || place?.kind !== 'github' || place.repository === null) return null
  return `${webAddress(spec.api)}/${place.repository}/issues/${number}`
}
