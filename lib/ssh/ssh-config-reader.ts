import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { matchesWildcard } from './known-hosts.js'

const MAX_DEPTH = 8

/**
 * A small reader of ssh_config, for where no ssh binary is: Host (wildcards, negation), Include, `Match all`. The first
 * value of a key wins; IdentityFile collects. Other Match blocks are passed over. Keys come back in lower case.
 */
export function readSshConfig(path: string, host: string, home: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  if (existsSync(path)) readInto(found, path, { host, home, base: dirname(path), chain: [path] })
  return found
}

interface Reading {
  readonly host: string
  readonly home: string
  readonly base: string
  /** Files that are being read: one that includes itself is not read again. */
  readonly chain: readonly string[]
}

function readInto(found: Map<string, string[]>, path: string, reading: Reading): void {
  let applies = true
  for (const raw of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const words = splitWords(raw)
    const key = words.shift()?.toLowerCase()
    if (key === undefined) continue
    if (key === 'host') applies = hostApplies(words, reading.host)
    else if (key === 'match') applies = words.length === 1 && words[0]?.toLowerCase() === 'all'
    else if (!applies) continue
    else if (key === 'include') include(found, words, reading)
    else if (key === 'identityfile') found.set(key, [...(found.get(key) ?? []), ...words])
    else if (!found.has(key)) found.set(key, words)
  }
}

function include(found: Map<string, string[]>, patterns: readonly string[], reading: Reading): void {
  if (reading.chain.length >= MAX_DEPTH) return
  for (const pattern of patterns) {
    const full = pattern.startsWith('~/') ? join(reading.home, pattern.slice(2)) : pattern
    for (const path of expandGlob(isAbsolute(full) ? full : join(reading.base, full))) {
      if (reading.chain.includes(path)) continue
      readInto(found, path, { ...reading, chain: [...reading.chain, path] })
    }
  }
}

/** Wildcards in the last part of a path only. */
function expandGlob(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (!/[*?]/.test(name)) return existsSync(path) ? [path] : []
  const folder = dirname(path)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && matchesWildcard(name, entry.name))
    .map((entry) => join(folder, entry.name))
    .sort()
}

function hostApplies(patterns: readonly string[], host: string): boolean {
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesWildcard(pattern.slice(1), host)))
    return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesWildcard(pattern, host))
}

/** `Key value`, `Key=value`, `Key "with blanks"`; comments are whole lines. */
export function splitWords(line: string): string[] {
  const text = line.trim().replace(/^(\w+)\s*=\s*/, '$1 ')
  if (text.startsWith('#')) return []
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}
