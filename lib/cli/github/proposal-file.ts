/**
 * An import that is not decided yet, as a file: people read in it what they have to decide. The decided import takes its place, unless
 * somebody wrote in it.
 */
import { readFileSync } from 'node:fs'
import { sha256 } from '../../core/text/sha256.js'

const FIRST_LINE =
  /^# Not decided: both sources stand beside each contradiction; --take api or --take text replaces this file \(([0-9a-f]{16})\)\n/

export function undecided(text: string): string {
  return `# Not decided: both sources stand beside each contradiction; --take api or --take text replaces this file (${digestOf(text)})\n${text}`
}

/** Whether the file may be replaced unasked: it is a proposal, as it was written. */
export function isUntouchedProposal(file: string): boolean {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return false
  }
  const [first = '', digest] = FIRST_LINE.exec(text) ?? []
  return digest !== undefined && digestOf(text.slice(first.length)) === digest
}

function digestOf(text: string): string {
  return sha256(text).slice(0, 16)
}
