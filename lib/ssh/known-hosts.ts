/** The file format of OpenSSH's known_hosts, read and matched. Pure but for the hash of hashed names. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface KnownHostLine {
  readonly marker: 'revoked' | 'cert-authority' | null
  readonly patterns: string
  readonly keyType: string
  readonly key: Buffer
  /** For messages. */
  readonly file: string
  readonly line: number
}

export type HostKeyVerdict =
  | { readonly verdict: 'ok' }
  /** Nothing is known for this name; `otherTypes`: keys of other types are. */
  | { readonly verdict: 'new'; readonly otherTypes: readonly string[] }
  | { readonly verdict: 'changed'; readonly file: string; readonly line: number }
  | { readonly verdict: 'revoked'; readonly file: string; readonly line: number }

export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  const lines: KnownHostLine[] = []
  text.split(/\r?\n/).forEach((raw, index) => {
    const words = raw.trim().split(/[ \t]+/)
    const marked = words[0]?.startsWith('@') === true ? words.shift() : undefined
    const [patterns, keyType, base64] = words
    if (patterns === undefined || patterns === '' || patterns.startsWith('#')) return
    if (keyType === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+=*$/.test(base64)) return
    // A marker that we do not know must not make its key trusted.
    if (marked !== undefined && marked !== '@revoked' && marked !== '@cert-authority') return
    const marker = marked === undefined ? null : marked === '@revoked' ? 'revoked' : 'cert-authority'
    lines.push({ marker, patterns, keyType, key: Buffer.from(base64, 'base64'), file, line: index + 1 })
  })
  return lines
}

/** The name under which a host's key is kept: with the port when it is not 22. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

export function matchesHost(patterns: string, name: string): boolean {
  if (patterns.startsWith('|')) return matchesHash(patterns, name)
  let found = false
  for (const pattern of patterns.split(',')) {
    const isNegated = pattern.startsWith('!')
    if (!matchesWildcard(isNegated ? pattern.slice(1) : pattern, name)) continue
    if (isNegated) return false
    found = true
  }
  return found
}

/** `*` any text, `?` one character; case does not matter. Without backtracking, so no pattern can be slow. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [p, t] = [pattern.toLowerCase(), text.toLowerCase()]
  let [i, j, star, mark] = [0, 0, -1, 0]
  while (j < t.length) {
    if (i < p.length && p[i] === '*') {
      star = i++
      mark = j
    } else if (i < p.length && (p[i] === '?' || p[i] === t[j])) {
      i++
      j++
    } else if (star !== -1) {
      i = star + 1
      j = ++mark
    } else return false
  }
  while (p[i] === '*') i++
  return i === p.length
}

function matchesHash(patterns: string, name: string): boolean {
  const [, version, salt, hash] = patterns.split('|')
  if (version !== '1' || salt === undefined || hash === undefined) return false
  const expected = Buffer.from(hash, 'base64')
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest()
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/**
 * What the files say about a key that a server showed. A key of another type than the known ones is `new`, as with
 * OpenSSH; authorities sign keys that we cannot read, so their lines count for nothing.
 */
export function checkHostKey(
  lines: readonly KnownHostLine[],
  host: string,
  port: number,
  key: Buffer,
): HostKeyVerdict {
  const verdict = checkName(lines, knownHostName(host, port), key)
  if (verdict.verdict !== 'new' || port === 22) return verdict
  const withoutPort = checkName(lines, knownHostName(host, 22), key)
  return withoutPort.verdict === 'ok' || withoutPort.verdict === 'revoked' ? withoutPort : verdict
}

function checkName(lines: readonly KnownHostLine[], name: string, key: Buffer): HostKeyVerdict {
  const about = lines.filter((line) => line.marker !== 'cert-authority' && matchesHost(line.patterns, name))
  const revoked = about.find((line) => line.marker === 'revoked' && line.key.equals(key))
  if (revoked !== undefined) return { verdict: 'revoked', file: revoked.file, line: revoked.line }
  const trusted = about.filter((line) => line.marker === null)
  if (trusted.some((line) => line.key.equals(key))) return { verdict: 'ok' }
  const type = keyTypeOf(key)
  const changed = trusted.find((line) => line.keyType === type)
  if (changed !== undefined) return { verdict: 'changed', file: changed.file, line: changed.line }
  return { verdict: 'new', otherTypes: [...new Set(trusted.map((line) => line.keyType))] }
}

/** The types of key known for a host, so that the server is asked for one of these first. */
export function knownKeyTypes(lines: readonly KnownHostLine[], host: string, port: number): string[] {
  const names = port === 22 ? [knownHostName(host, 22)] : [knownHostName(host, port), knownHostName(host, 22)]
  const types = lines
    .filter((line) => line.marker === null && names.some((name) => matchesHost(line.patterns, name)))
    .map((line) => line.keyType)
  return [...new Set(types)]
}

/** The name at the start of an SSH key blob. */
export function keyTypeOf(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0
  return length <= key.length - 4 ? key.subarray(4, 4 + length).toString('latin1') : ''
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}
