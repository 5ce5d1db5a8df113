/** Edits of a document that keep its places: a new map instead of a changed one. */
import { entryOf, isMap, newMap, put, type Entry, type YamlMap } from '../located.js'

/** `key` of `from` as `name` of `into`, at the same place of the file. */
export function move(from: object, key: string | number, into: object, name: string | number = key): void {
  const value = (from as Record<string | number, unknown>)[key]
  put(into, name, value, entryOf(from, key)!)
}

/** A map without some of its keys. */
export function without(map: YamlMap, ...names: readonly string[]): YamlMap {
  const copy = newMap()
  for (const key of Object.keys(map)) if (!names.includes(key)) move(map, key, copy)
  return copy
}

/** The map with `value` in the place of what stands under `key`; `place`: where nothing stands there. */
export function withValue(map: YamlMap, key: string, value: unknown, place?: Entry): YamlMap {
  const copy = newMap()
  for (const name of Object.keys(map)) move(map, name, copy)
  put(copy, key, value, (entryOf(map, key) ?? place)!)
  return copy
}

/** `over` wins; where both have a map under one of `deep`, its keys are put together. */
export function laidOver(under: YamlMap, over: YamlMap, deep: readonly string[]): YamlMap {
  const result = newMap()
  for (const key of Object.keys(under)) move(under, key, result)
  for (const key of Object.keys(over)) {
    const [below, above] = [under[key], over[key]]
    if (deep.includes(key) && isMap(below) && isMap(above))
      put(result, key, laidOver(below, above, []), entryOf(over, key)!)
    else move(over, key, result)
  }
  return result
}
