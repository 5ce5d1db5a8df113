/** A graph of issues → tasks, phases and milestones as they stand in a layout file. */
import { isId } from '../../ids.js'
import { DEFAULT_TIER, type Tier } from '../../phases/plan-specs.js'
import { safeText } from '../../text/safe-text.js'
import type { Millis } from '../../time.js'
import type { Ref } from './claims.js'
import type { IssueGraph, IssueNode } from './graph.js'
import { ownNumber } from './refs.js'

export interface ImportedTask {
  readonly id: string
  readonly title: string
  /** Null: it is in another repository, so that this layout cannot bind it. */
  readonly issue: number | null
  readonly needs: readonly string[]
  readonly tier: Tier
  readonly priority: number | null
  readonly estimate: string | null
  readonly isDone: boolean
  /** Nothing is known of it but its number: it must not start. */
  readonly isUnknown: boolean
}

export interface ImportedPhase {
  readonly id: string
  readonly title: string | null
  /** As of a task. */
  readonly issue: number | null
  readonly tasks: readonly string[]
  readonly needs: readonly string[]
  /** The phase that it is a part of: layouts do not nest phases. */
  readonly partOf: string | null
}

export interface ImportedMilestone {
  readonly id: string
  readonly title: string
  readonly due: string
  readonly tasks: readonly string[]
}

export interface ImportedPlan {
  readonly tasks: readonly ImportedTask[]
  readonly phases: readonly ImportedPhase[]
  readonly milestones: readonly ImportedMilestone[]
  /** Milestones without a date: a layout wants one. */
  readonly undated: readonly string[]
}

const MAX_TITLE = 200

/** @param named the ids of issues that have one already: bound tasks keep theirs */
export function toLayout(graph: IssueGraph, named: ReadonlyMap<Ref, string> = new Map()): ImportedPlan {
  const idOf = idsFor(graph, named)
  const children = new Map<Ref, IssueNode[]>()
  for (const node of graph.nodes)
    if (node.parent !== null) children.set(node.parent, [...(children.get(node.parent) ?? []), node])
  const isPhase = (ref: Ref) => children.has(ref)
  const needs = (node: IssueNode) => node.needs.map(idOf)
  const tasks = graph.nodes
    .filter(({ ref }) => !isPhase(ref))
    .map((node) => taskOf(node, idOf(node.ref), needs(node)))
  const phases = graph.nodes
    .filter(({ ref }) => isPhase(ref))
    .map((node) => ({
      id: idOf(node.ref),
      title: titleOf(node),
      issue: ownNumber(node.ref),
      tasks: (children.get(node.ref) ?? []).filter(({ ref }) => !isPhase(ref)).map(({ ref }) => idOf(ref)),
      needs: needs(node),
      partOf: node.parent === null ? null : idOf(node.parent),
    }))
  return { tasks, phases, ...milestonesOf(graph, idOf) }
}

function taskOf(node: IssueNode, id: string, needs: readonly string[]): ImportedTask {
  return {
    id,
    title: titleOf(node) ?? node.ref,
    issue: ownNumber(node.ref),
    needs,
    tier: node.tier ?? DEFAULT_TIER,
    priority: node.priority,
    estimate: node.estimateMs === null ? null : durationText(node.estimateMs),
    isDone: node.isDone,
    isUnknown: !node.isKnown && !node.isDone,
  }
}

function titleOf({ title }: IssueNode): string | null {
  const text = title === null ? '' : safeText(title).trim()
  return text === '' ? null : text.slice(0, MAX_TITLE)
}

function milestonesOf(
  graph: IssueGraph,
  idOf: (ref: Ref) => string,
): Pick<ImportedPlan, 'milestones' | 'undated'> {
  const milestones: ImportedMilestone[] = []
  const undated: string[] = []
  const names = new Set([
    ...graph.milestones.map(({ name }) => name),
    ...graph.nodes.flatMap(({ milestone }) => milestone ?? []),
  ])
  for (const name of names) {
    const tasks = graph.nodes.filter(({ milestone }) => milestone === name).map(({ ref }) => idOf(ref))
    const due = graph.milestones.find((one) => one.name === name)?.due ?? null
    const taken = (id: string) =>
      milestones.some((one) => one.id === id) || graph.nodes.some(({ ref }) => idOf(ref) === id)
    if (tasks.length === 0) continue
    if (due === null) undated.push(safeText(name))
    else milestones.push({ id: freeId(name, taken), title: safeText(name), due, tasks })
  }
  return { milestones, undated }
}

/** A milestone's id: what of its name fits, else a number. */
function freeId(name: string, isTaken: (id: string) => boolean): string {
  const slug = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .toLowerCase()
  const base = slug.length > 1 && isId(slug) ? slug : 'milestone'
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!isTaken(id)) return id
  }
}

function idsFor(graph: IssueGraph, named: ReadonlyMap<Ref, string>): (ref: Ref) => string {
  const ids = new Map<Ref, string>()
  const taken = new Set(named.values())
  const idOf = (ref: Ref): string => {
    const known = named.get(ref) ?? ids.get(ref)
    if (known !== undefined) return known
    const base = `issue-${ref.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+/, '')}`.slice(0, 56)
    let id = base
    for (let n = 2; taken.has(id); n++) id = `${base}-${n}`
    taken.add(id)
    ids.set(ref, id)
    return id
  }
  // What it was called before, unless two say so, or a task of another issue has that name.
  for (const { ref, name } of graph.nodes)
    if (name !== null && isId(name) && !named.has(ref) && !taken.has(name)) {
      if (graph.nodes.filter((one) => one.name === name).length > 1) continue
      taken.add(name)
      ids.set(ref, name)
    }
  for (const { ref } of graph.nodes) idOf(ref)
  return idOf
}

/** As a layout writes it: exact, without loss. */
export function durationText(ms: Millis): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return `${hours > 0 ? `${hours}h` : ''}${rest > 0 || hours === 0 ? `${rest}m` : ''}`
}
