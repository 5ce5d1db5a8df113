import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { RawEnvironment } from '../core/environment/environment.js'
import { matchesWildcard } from './known-hosts.js'

const MAX_DEPTH = 8

/** The configuration of ssh: the file that ORCHESTRA_SSH_CONFIG names, else the user's own. */
export function sshConfigFile(env: RawEnvironment, home: string): string {
  return env['ORCHESTRA_SSH_CONFIG'] || join(home, '.ssh', 'config')
}

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
  for (const { key, words } of linesOf(path)) {
    if (key === 'host') applies = hostApplies(words, reading.host)
    else if (key === 'match') applies = words.length === 1 && words[0]?.toLowerCase() === 'all'
    else if (!applies) continue
    else if (key === 'include') for (const next of included(words, reading)) readInto(found, ...next)
    else if (key === 'identityfile') found.set(key, [...(found.get(key) ?? []), ...words])
    else if (!found.has(key)) found.set(key, [...words])
  }
}

/** What a configuration names that a person could type after ssh. */
export interface NamedHosts {
  /** One a Host line that names a machine: its first name, and the others. */
  readonly hosts: readonly { readonly name: string; readonly aliases: readonly string[] }[]
  /** Patterns, Match blocks, hosts of code: for a remark. */
  readonly others: readonly string[]
}

/** Reads the same file as connections do. */
export function configuredHosts(env: RawEnvironment): NamedHosts {
  const home = env['HOME'] ?? homedir()
  return namedHosts(sshConfigFile(env, home), home)
}

/** Of the file and all that it includes, also behind a Host block; each name once, in their order. */
export function namedHosts(path: string, home: string): NamedHosts {
  const found: { name: string; aliases: string[]; hostName: string | null }[] = []
  const others: string[] = []
  const seen = new Set<string>()
  const read = (file: string, reading: Reading): void => {
    let at: (typeof found)[number] | undefined
    for (const { key, words } of linesOf(file)) {
      if (key === 'include') for (const next of included(words, reading)) read(...next)
      else if (key === 'match') {
        at = undefined
        others.push(`Match ${words.join(' ')}`)
      } else if (key === 'host') {
        others.push(
          ...words.filter((word) => /[*?!]/.test(word) && word !== '*').map((word) => `Host ${word}`),
        )
        // ssh refuses a name with a blank on its command line.
        const [name, ...aliases] = words.filter((word) => !/[*?!\s]/.test(word) && !seen.has(word))
        for (const word of words) seen.add(word)
        at = name === undefined ? undefined : { name, aliases, hostName: null }
        if (at !== undefined) found.push(at)
      } else if (key === 'hostname' && at !== undefined) at.hostName ??= words[0] ?? null
    }
  }
  if (existsSync(path)) read(path, { host: '', home, base: dirname(path), chain: [path] })
  const isOfCode = ({ name, hostName }: (typeof found)[number]) =>
    CODE_HOST.test(hostName ?? name) || CODE_HOST.test(name)
  return {
    hosts: found.filter((host) => !isOfCode(host)).map(({ name, aliases }) => ({ name, aliases })),
    others: [...found.filter(isOfCode).map(({ name }) => `Host ${name}`), ...others],
  }
}

/** They let nobody run a program. */
const CODE_HOST =
  /(?:^|\.)(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht|ssh\.dev\.azure\.com|visualstudio\.com|gitee\.com|source\.developers\.google\.com|hf\.co|huggingface\.co)$|^git-codecommit\./i

interface ConfigLine {
  /** In lower case. */
  readonly key: string
  readonly words: readonly string[]
}

function linesOf(path: string): ConfigLine[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    // A directory that a pattern met, or a file that only another user may read: ssh passes over it, too.
    return []
  }
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [key, ...words] = splitWords(line)
      return key === undefined ? [] : [{ key: key.toLowerCase(), words }]
    })
}

/** The files that an Include line means, each with what it is read under. */
function included(
  patterns: readonly string[],
  reading: Reading,
): (readonly [path: string, reading: Reading])[] {
  if (reading.chain.length >= MAX_DEPTH) return []
  return patterns.flatMap((pattern) => {
    const full = pattern.startsWith('~/') ? join(reading.home, pattern.slice(2)) : pattern
    return expandGlob(isAbsolute(full) ? full : join(reading.base, full))
      .filter((path) => !reading.chain.includes(path))
      .map((path) => [path, { ...reading, chain: [...reading.chain, path] }] as const)
  })
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

/** `Key value`, `Key=value`, quotes of both kinds; a remark goes from a word that begins with # to the end. */
export function splitWords(line: string): string[] {
  const text = line.trim().replace(/^(\w+)\s*=\s*/, '$1 ')
  const words: string[] = []
  for (const match of text.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|(\S+)/g)) {
    const [, double, single, plain = ''] = match
    const quoted = double ?? single
    if (quoted === undefined && plain.startsWith('#')) break
    words.push(quoted === undefined ? plain : quoted.replace(/\\(["'\\])/g, '$1'))
  }
  return words
}
