/**
 * Plain values that remember where they stood. Maps are objects without a prototype; the places live beside them, so that
 * values of several files can be put together and still point home.
 */
import type { LayoutPath } from '../core/layout/report.js'

export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Entry {
  /** null for items of a list. */
  readonly key: Place | null
  readonly value: Place
  /** A scalar as it was written (before `${…}`); null for maps and lists. */
  readonly source: string | null
  /** `${…}` stood in it: its value must not be shown. */
  readonly fromEnv: boolean
}

export type YamlMap = Record<string, unknown>

const entriesOf = new WeakMap<object, Map<string | number, Entry>>()

export function newMap(): YamlMap {
  const map = Object.create(null) as YamlMap
  entriesOf.set(map, new Map())
  return map
}

export function newList(): unknown[] {
  const list: unknown[] = []
  entriesOf.set(list, new Map())
  return list
}

export function put(container: object, key: string | number, value: unknown, entry: Entry): void {
  ;(container as Record<string | number, unknown>)[key] = value
  entriesOf.get(container)?.set(key, entry)
}

export function entryOf(container: unknown, key: string | number): Entry | undefined {
  return typeof container === 'object' && container !== null ? entriesOf.get(container)?.get(key) : undefined
}

/** A copy of a map that keeps the places: what is changed in it does not reach the original. */
export function copyMap(map: YamlMap): YamlMap {
  const copy = newMap()
  for (const [key, value] of Object.entries(map)) {
    const entry = entryOf(map, key)
    if (entry !== undefined) put(copy, key, value, entry)
  }
  return copy
}

export function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export interface Found {
  readonly value: unknown
  /** Of the deepest step of the path that exists; undefined for the document itself. */
  readonly entry: Entry | undefined
  /** Whether the whole path exists. */
  readonly complete: boolean
}

export function find(root: unknown, path: LayoutPath): Found {
  let value = root
  let entry: Entry | undefined
  for (const step of path) {
    const next = entryOf(value, step)
    if (next === undefined) return { value: undefined, entry, complete: false }
    entry = next
    value = (value as Record<string | number, unknown>)[step]
  }
  return { value, entry, complete: true }
}
