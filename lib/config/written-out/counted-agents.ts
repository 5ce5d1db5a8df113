/** `count:` of agents: `CG` with nine of them is CG-1 … CG-9, and its name means all of them where several may stand. */
import { isId } from '../../core/ids.js'
import type { Report } from '../../core/layout/report.js'
import { textsOf } from '../keys/read.js'
import { entryOf, isMap, newList, newMap, put, type YamlMap } from '../located.js'
import { move, without, withValue } from './map-edits.js'

export const MOST_OF_ONE = 500

/** Their ids by the name that stands in the layout. */
type Groups = ReadonlyMap<string, readonly string[]>

export function withCounts(root: YamlMap, report: Report): YamlMap {
  const groups = groupsOf(root['agents'], report)
  if (groups.size === 0) return root
  let single = root
  for (const [section, key] of [
    ['agents', 'fallback'],
    ['tasks', 'fallback'],
    ['tasks', 'agent'],
  ] as const)
    single = withoutGroups(single, section, key, groups, report)
  const agents = single['agents'] as YamlMap
  const result = newMap()
  for (const [name, value] of Object.entries(agents)) {
    const ids = groups.get(name)
    if (ids === undefined || !isMap(value)) move(agents, name, result)
    else for (const id of ids) put(result, id, without(value, 'count'), entryOf(agents, name)!)
  }
  return withMembers(withValue(single, 'agents', result), groups)
}

function groupsOf(agents: unknown, report: Report): Groups {
  const groups = new Map<string, readonly string[]>()
  const taken = new Set(isMap(agents) ? Object.keys(agents) : [])
  for (const [name, value] of Object.entries(isMap(agents) ? agents : {})) {
    const count = isMap(value) ? value['count'] : undefined
    if (!isCount(count)) continue
    const ids = Array.from({ length: count }, (_, at) => `${name}-${at + 1}`)
    const other = ids.find((id) => taken.has(id))
    const place = ['agents', name, 'count']
    if (other !== undefined) report(place, `${other} is the name of another agent already`)
    if (!isId(ids.at(-1)!)) report(place, `${ids.at(-1)} is too long a name: at most 64 characters`)
    for (const id of ids) taken.add(id)
    groups.set(name, ids)
  }
  return groups
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_OF_ONE
}

/** Where only one agent may stand, the name of several is a mistake. */
function withoutGroups(root: YamlMap, section: string, key: string, groups: Groups, report: Report): YamlMap {
  const entries = root[section]
  if (!isMap(entries)) return root
  const result = newMap()
  for (const [name, value] of Object.entries(entries)) {
    const ids = isMap(value) ? groups.get(String(value[key])) : undefined
    if (ids === undefined || !isMap(value)) move(entries, name, result)
    else {
      const many = ids.length === 1 ? ids[0] : `${ids[0]} … ${ids.at(-1)}`
      const which = `${String(value[key])} is ${many}: name one of them, or their role`
      report([section, name, key], which)
      put(result, name, without(value, key), entryOf(entries, name)!)
    }
  }
  return withValue(root, section, result)
}

/** Windows, workers of phases and those whom an escalation tells: places where several agents may stand. */
function withMembers(root: YamlMap, groups: Groups): YamlMap {
  let result = root
  const windows = root['windows']
  if (Array.isArray(windows)) {
    const list = newList()
    for (const [at, window] of windows.entries())
      put(list, at, windowOf(window, windows, at, groups), entryOf(windows, at)!)
    result = withValue(result, 'windows', list)
  }
  for (const [section, key] of [
    ['phases', 'workers'],
    ['escalation', 'to'],
  ] as const) {
    const entries = result[section]
    if (!isMap(entries)) continue
    const next = newMap()
    for (const [name, value] of Object.entries(entries))
      put(next, name, isMap(value) ? membersIn(value, key, groups) : value, entryOf(entries, name)!)
    result = withValue(result, section, next)
  }
  return result
}

function windowOf(window: unknown, windows: object, at: number, groups: Groups): unknown {
  if (typeof window === 'string') {
    const ids = groups.get(window)
    if (ids === undefined) return window
    const map = newMap()
    move(windows, at, map, 'name')
    put(map, 'agents', [...ids], entryOf(windows, at)!)
    return map
  }
  if (!isMap(window)) return window
  const whole = groups.get(String(window['agent']))
  if (whole !== undefined) {
    const map = without(window, 'agent')
    if (!('name' in map)) move(window, 'agent', map, 'name')
    put(map, 'agents', [...whole], entryOf(window, 'agent')!)
    return map
  }
  return panesIn(membersIn(window, 'agents', groups), groups)
}

/** A list of ids in which a group's name stands for its members. */
function membersIn(map: YamlMap, key: string, groups: Groups): YamlMap {
  const value = map[key]
  if (!textsOf(value).some((name) => groups.has(name))) return map
  const list = newList()
  for (const [at, item] of (Array.isArray(value) ? value : [value]).entries()) {
    const entry = (Array.isArray(value) ? entryOf(value, at) : entryOf(map, key))!
    for (const id of groups.get(String(item)) ?? [item]) put(list, list.length, id, entry)
  }
  return withValue(map, key, list)
}

/** A pane that shows a group becomes a pane for each. */
function panesIn(window: YamlMap, groups: Groups): YamlMap {
  const panes = window['panes']
  if (!Array.isArray(panes)) return window
  const list = newList()
  for (const [at, pane] of panes.entries()) {
    const entry = entryOf(panes, at)!
    const ids = groups.get(String(isMap(pane) ? pane['agent'] : pane))
    for (const id of ids ?? [null]) {
      const one = id === null ? pane : isMap(pane) ? withValue(pane, 'agent', id) : id
      put(list, list.length, one, entry)
    }
  }
  return withValue(window, 'panes', list)
}
