/** Claims → one graph. Where sources disagree, both are kept for a person to see, and `take` says which side counts. */
import { findCycles } from '../../dag/find-cycle.js'
import { buildGraph } from '../../dag/graph.js'
import { sameValue } from '../../same-value.js'
import { formatDuration } from '../../time.js'
import { SOURCE_KINDS, type Claim, type PlannedMilestone, type Reading, type Ref } from './claims.js'
import type { Conflict, ConflictField, IssueGraph, IssueNode } from './graph.js'

export interface GraphChoice {
  /** Whose word counts where GitHub's own data and texts disagree; null: nobody has decided. */
  readonly take: 'api' | 'text' | null
  /** How a column that can be read both ways is meant; null: nobody has said it. */
  readonly column: 'waits' | 'holds' | null
  /** Files in the order in which they were named: of two alike the later one counts. */
  readonly files?: readonly string[]
}

type Of<F extends Claim['field']> = Extract<Claim, { readonly field: F }>

interface Statement<T> {
  readonly value: T
  readonly says: string
  readonly strength: number
  readonly places: readonly string[]
  /** A column read as it is usually meant: it is compared, and makes no edge. */
  readonly isAside: boolean
}

export function decideGraph(reading: Reading, choice: GraphChoice): IssueGraph {
  const columns = reading.columns.map((one) => columnClaims(one, choice.column)).flat()
  const claims = [...reading.claims, ...(choice.column === null ? [] : columns)]
  const byIssue = groupBy(claims, ({ of }) => of)
  const asides = groupBy(choice.column === null ? columns : [], ({ of }) => of)
  const conflicts: Conflict[] = []
  const refs = new Set<Ref>()
  for (const claim of claims) {
    refs.add(claim.of)
    if (claim.field === 'needs') for (const ref of claim.refs) refs.add(ref)
    if (claim.field === 'parent') refs.add(claim.ref)
  }
  const nodes = [...refs]
    .sort(byNumber)
    .map((ref) => nodeOf(ref, byIssue.get(ref) ?? [], asides.get(ref) ?? [], choice, conflicts))
  const { cycles, leftOut, kept } = withoutCycles(nodes, claims, choice)
  const missing = nodes
    .filter(({ isKnown, isDone }) => !isKnown && !isDone)
    .map(({ ref }) => ({ ref, places: placesNaming(ref, claims) }))
  const unread = choice.column === null ? reading.columns : []
  const isOpen = conflicts.length + unread.length + cycles.length + missing.length > 0
  return {
    nodes: kept,
    milestones: joinMilestones(reading.milestones),
    conflicts,
    unread,
    cycles,
    leftOut,
    missing,
    planned: reading.planned,
    isDecided: !isOpen || choice.take !== null,
  }
}

function columnClaims(
  { of, refs, source }: Reading['columns'][number],
  column: GraphChoice['column'],
): readonly Of<'needs'>[] {
  if (column !== 'holds') return [{ field: 'needs', of, refs, source }]
  return refs.map((ref) => ({ field: 'needs', of: ref, refs: [of], source }))
}

function nodeOf(
  ref: Ref,
  claims: readonly Claim[],
  asides: readonly Of<'needs'>[],
  choice: GraphChoice,
  conflicts: Conflict[],
): IssueNode {
  const said = <F extends Claim['field']>(field: F) =>
    claims.filter((claim): claim is Of<F> => claim.field === field)
  const settle = <T>(field: ConflictField, statements: readonly Statement<T>[]) =>
    settled(ref, field, statements, choice, conflicts)
  const titles = said('title').toSorted((a, b) => strengthOf(a, choice) - strengthOf(b, choice))
  const done = said('done').toSorted((a, b) => strengthOf(a, null) - strengthOf(b, null))
  const needs = settle('needs', needsSaid(said('needs'), asides, choice))
  return {
    ref,
    title: titles[0]?.title ?? null,
    // GitHub's state counts; a mark in a text is a hint where GitHub says nothing.
    isDone: done[0]?.done ?? false,
    tier: settle(
      'tier',
      plainly(said('tier'), ({ tier }) => tier, String, choice),
    ),
    estimateMs: settle(
      'estimate',
      plainly(said('estimate'), ({ ms }) => ms, formatDuration, choice),
    ),
    parent: settle(
      'parent',
      plainly(said('parent'), (one) => one.ref, String, choice),
    ),
    needs: (needs ?? []).filter((need) => need !== ref),
    milestone: settle(
      'milestone',
      plainly(said('milestone'), ({ name }) => name, String, choice),
    ),
    priority: settle(
      'priority',
      plainly(said('priority'), (one) => one.priority, String, choice),
    ),
    name: said('name')[0]?.id ?? null,
    isKnown: claims.some(({ field }) => field !== 'done'),
  }
}

/** The claims of one group say one set together. */
function needsSaid(
  claims: readonly Of<'needs'>[],
  asides: readonly Of<'needs'>[],
  choice: GraphChoice,
): readonly Statement<readonly Ref[]>[] {
  const statement = (group: readonly Of<'needs'>[], isAside: boolean): Statement<readonly Ref[]> => {
    const refs = [...new Set(group.flatMap((one) => one.refs))].sort(byNumber)
    return {
      value: refs,
      says: refs.length === 0 ? 'nothing' : refs.join(', '),
      strength: Math.min(...group.map((one) => strengthOf(one, choice))),
      places: [...new Set(group.map(({ source }) => source.place))],
      isAside,
    }
  }
  const grouped = (list: readonly Of<'needs'>[]) => [...groupBy(list, ({ source }) => source.group).values()]
  return [
    ...grouped(claims).map((group) => statement(group, false)),
    ...grouped(asides).map((group) => statement(group, true)),
  ]
}

function plainly<C extends Claim, T>(
  claims: readonly C[],
  value: (claim: C) => T,
  says: (value: T) => string,
  choice: GraphChoice,
): readonly Statement<T>[] {
  return claims.map((claim) => ({
    value: value(claim),
    says: says(value(claim)),
    strength: strengthOf(claim, choice),
    places: [claim.source.place],
    isAside: false,
  }))
}

function settled<T>(
  of: Ref,
  field: ConflictField,
  statements: readonly Statement<T>[],
  choice: GraphChoice,
  conflicts: Conflict[],
): T | null {
  const [best] = statements
    .filter(({ isAside }) => !isAside)
    .toSorted((a, b) => a.strength - b.strength || laterFile(a, b, choice.files ?? []))
  const first = best ?? statements[0]
  if (first === undefined) return null
  const sides = new Map<string, string[]>()
  for (const one of statements) sides.set(one.says, [...(sides.get(one.says) ?? []), ...one.places])
  if (statements.some((one) => !sameValue(one.value, first.value))) {
    const side = (says: string) => ({ says, places: [...new Set(sides.get(says))] })
    conflicts.push({ of, field, sides: [...sides.keys()].map(side), taken: side(first.says) })
  }
  return best?.value ?? null
}

/** 0 counts most. With `take: text` what GitHub keeps counts least. */
function strengthOf(claim: Claim, choice: GraphChoice | null): number {
  const strength = SOURCE_KINDS.indexOf(claim.source.kind)
  return choice?.take === 'text' && claim.source.kind === 'api' ? SOURCE_KINDS.length : strength
}

function laterFile<T>(a: Statement<T>, b: Statement<T>, files: readonly string[]): number {
  const at = (one: Statement<T>) => files.findIndex((file) => one.places[0]?.startsWith(`${file}:`))
  return at(b) - at(a)
}

function withoutCycles(nodes: readonly IssueNode[], claims: readonly Claim[], choice: GraphChoice) {
  const cycles: (readonly Ref[])[] = []
  const leftOut: { of: Ref; ref: Ref }[] = []
  let kept = nodes
  for (;;) {
    const found = findCycles(buildGraph(kept.map(({ ref, needs }) => ({ id: ref, needs, estimateMs: 0 }))))
    if (found.length === 0) return { cycles, leftOut, kept }
    for (const cycle of found) {
      cycles.push(cycle)
      // The edge that the weakest source says.
      const edges = cycle.slice(0, -1).map((of, at) => ({ of, ref: cycle[at + 1]! }))
      const strength = (edge: (typeof edges)[number]) =>
        Math.min(
          ...claims
            .filter((one) => one.field === 'needs' && one.of === edge.of && one.refs.includes(edge.ref))
            .map((one) => strengthOf(one, choice)),
        )
      const weakest = edges.toSorted((a, b) => strength(b) - strength(a))[0]!
      leftOut.push(weakest)
      kept = kept.map((node) =>
        node.ref === weakest.of ? { ...node, needs: node.needs.filter((ref) => ref !== weakest.ref) } : node,
      )
    }
  }
}

function placesNaming(ref: Ref, claims: readonly Claim[]): readonly string[] {
  const naming = claims.filter(
    (one) => (one.field === 'needs' && one.refs.includes(ref)) || (one.field === 'parent' && one.ref === ref),
  )
  return [...new Set(naming.map(({ source }) => source.place))]
}

function joinMilestones(all: readonly PlannedMilestone[]): readonly PlannedMilestone[] {
  const byName = new Map<string, PlannedMilestone>()
  for (const one of all) byName.set(one.name, { name: one.name, due: byName.get(one.name)?.due ?? one.due })
  return [...byName.values()]
}

function byNumber(a: Ref, b: Ref): number {
  const key = (ref: Ref) => [ref.startsWith('#') ? 0 : 1, Number(ref.slice(ref.indexOf('#') + 1))] as const
  const [[otherA, numberA], [otherB, numberB]] = [key(a), key(b)]
  return otherA - otherB || numberA - numberB || (a < b ? -1 : Number(a > b))
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return groups
}
