/**
 * Readers that take what fits and pass over what does not: the schema has already complained about the rest, and the checks
 * that follow should still see everything else.
 */
import { parseDuration, type Millis } from '../../core/time.js'
import type { YamlMap } from '../located.js'
import { entryOf, isMap } from '../located.js'

export function text(map: YamlMap, key: string): string | null {
  const value = map[key]
  return typeof value === 'string' && value !== '' ? value : null
}

export function number(map: YamlMap, key: string): number | null {
  const value = map[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

export function boolean(map: YamlMap, key: string): boolean {
  return map[key] === true
}

export function oneOf<T extends string>(map: YamlMap, key: string, values: readonly T[]): T | null {
  const value = map[key]
  return values.find((known) => known === value) ?? null
}

/** A single item may stand without its list. */
export function texts(map: YamlMap, key: string): string[] {
  const value = map[key]
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export function numbers(map: YamlMap, key: string): number[] {
  const value = map[key]
  if (typeof value === 'number') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
}

export function duration(map: YamlMap, key: string): Millis | null {
  const value = map[key]
  return typeof value === 'string' ? (parseDuration(value) ?? null) : null
}

export function map(of: YamlMap, key: string): YamlMap {
  const value = of[key]
  return isMap(value) ? value : (Object.create(null) as YamlMap)
}

/** Numbers keep the digits that were written (`1.10`). */
export function env(of: YamlMap, key: string): Record<string, string> {
  const result: Record<string, string> = {}
  const values = map(of, key)
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') result[name] = value
    else if (typeof value === 'number' || typeof value === 'boolean') {
      result[name] = entryOf(values, name)?.source ?? String(value)
    }
  }
  return result
}

const PLAIN_WORDS = /^[\w@%+=:,./~-]+( +[\w@%+=:,./~-]+)*$/

/** A list is argv as it stands; a line of plain words is split at spaces; any other line is for the shell. */
export function argv(of: YamlMap, key: string): string[] {
  const value = of[key]
  return typeof value === 'string' ? lineToArgv(value) : texts(of, key)
}

export function lineToArgv(line: string): string[] {
  const trimmed = line.trim()
  if (trimmed === '') return []
  // NAME=value before a command is the shell's to understand.
  if (PLAIN_WORDS.test(trimmed) && !/^\w+=/.test(trimmed)) return trimmed.split(/ +/)
  return ['sh', '-c', trimmed]
}
