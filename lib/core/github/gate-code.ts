/** What a comment has to say to answer a gate: it changes with the gate's revision, so that an old approval counts for nothing. */
import { sha256 } from '../text/sha256.js'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const LENGTH = 5

export function gateCode(gate: string, revision: string): string {
  const digest = sha256(`${gate}\n${revision}`)
  return Array.from(
    { length: LENGTH },
    (_, at) => ALPHABET[Number.parseInt(digest.slice(at * 2, at * 2 + 2), 16) % ALPHABET.length],
  ).join('')
}
