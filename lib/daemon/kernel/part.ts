/**
 * A part of the daemon: everything that the kernel knows of a feature. `daemon/parts.ts` makes each part with what it needs,
 * by constructor, and lists it once; the daemon starts, tells, asks and stops the parts in that list.
 */
import type { Action } from '../../core/run/actions.js'
import type { StatusDocument } from '../../core/protocol/status.js'
import type { RunEvent } from '../../core/run/events.js'
import type { LiveFacts } from '../../core/run/rows/status-document.js'
import type { Posts } from './posts.js'

/** Each kind of action has one performer: it acts outside, and answers with events. Safe to repeat. */
export type Performers = {
  readonly [T in Action['type']]: (action: Extract<Action, { readonly type: T }>) => Promise<void>
}

/** For each type of event that a part follows: what it does then. `seq` is the event's place in the journal. */
export type Followers = {
  readonly [T in RunEvent['type']]?: (event: Extract<RunEvent, { readonly type: T }>, seq: number) => void
}

export interface Part {
  readonly name: string
  /** The actions that it carries out. */
  readonly performs?: Partial<Performers>
  /** Takes up its work from the restored state, before anything is decided. In the list's order. */
  start?(): void | Promise<void>
  /** The events that it follows, each told when it was folded and is durable. Must not dispatch at once. In the list's order. */
  readonly follows?: Followers
  /** As `follows`, of a part that follows every event. */
  follow?(event: RunEvent, seq: number): void
  /** Takes what is addressed to `github`. One part at most. */
  readonly posts?: Posts
  /** `status` has changed; the document may leave the process. In the list's order. */
  show?(document: StatusDocument): void
  /** What it knows for `status` beside the state: functions that are asked for each document. */
  readonly facts?: Partial<LiveFacts>
  /** No more decisions: ends its timers. What is there stays as it is. In reverse order. */
  stop?(): void
  /** What takes a while when the process ends; all parts at the same time, and not for long. */
  leave?(): Promise<unknown>
  /** The last of all, when nothing changes any more: what the next daemon finds. In the list's order. */
  close?(): void | Promise<void>
}

type All<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never
type PerformsOf<P> = P extends { readonly performs: infer A } ? A : never
type FactsOf<P> = P extends { readonly facts: infer F } ? F : never

/** All performers of a list. Its type names every action that a part of the list performs: the compiler finds what is missing. */
export function performersOf<L extends readonly Part[]>(parts: L): All<PerformsOf<L[number]>> {
  return Object.assign({}, ...parts.map(({ performs }) => performs)) as All<PerformsOf<L[number]>>
}

/** As `performersOf`, for what the parts know for `status`. */
export function factsOf<L extends readonly Part[]>(parts: L): All<FactsOf<L[number]>> {
  return Object.assign({}, ...parts.map(({ facts }) => facts)) as All<FactsOf<L[number]>>
}

type Follow = (event: RunEvent, seq: number) => void

/** Who follows an event of that type, in the list's order. */
export function followersOf(parts: readonly Part[]): (type: RunEvent['type']) => readonly Follow[] {
  const known = new Map<RunEvent['type'], readonly Follow[]>()
  return (type) => {
    const found = known.get(type) ?? parts.flatMap((part) => followsOf(part, type))
    known.set(type, found)
    return found
  }
}

function followsOf(part: Part, type: RunEvent['type']): Follow[] {
  const one = part.follows?.[type] as Follow | undefined
  return [...(one === undefined ? [] : [one]), ...(part.follow === undefined ? [] : [part.follow.bind(part)])]
}
