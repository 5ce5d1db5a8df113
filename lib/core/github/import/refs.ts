/** Numbers of issues in a text: `#7`, `＃7`, `owner/name#7`, addresses, and ranges such as `#972-976`. */
import type { Ref } from './claims.js'

export interface FoundRef {
  readonly ref: Ref
  /** Where it begins and ends in the text. */
  readonly at: number
  readonly end: number
  /** A mark of completion stands beside it. */
  readonly done: boolean
}

const REF =
  /https?:\/\/[^\s/]{1,253}\/([\w.-]{1,100}\/[\w.-]{1,100})\/(?:issues|pull)\/(\d{1,9})|(?<![\w&/＃#])([\w-]{1,100}\/[\w.-]{1,100})?[#＃](\d{1,9})(?:(?:[-–〜～~]|\s?[-–—〜～~]\s?(?=[#＃]))[#＃]?(\d{1,9}))?(?!\w)/gu
const DONE_BEFORE = /(?:✅|☑️?|✔️?|\[[xX]\])\s*$/u
const DONE_AFTER = /^\s*\)?\s*(?:✅|☑|✔|\[[xX]\]|\(?(?:done|closed|completed?|完了|済み?)(?![a-z]))/iu
/** A longer range is a mistake, or a joke. */
const MAX_RANGE = 200

/** @param own the repository that is read: its full name is dropped. */
export function findRefs(text: string, own: string | null): readonly FoundRef[] {
  const found: FoundRef[] = []
  let last = 0
  for (const match of text.matchAll(REF)) {
    const [whole, urlRepository, urlNumber, repository, from, to] = match
    const at = match.index
    const end = at + whole.length
    // A mark between two numbers belongs to the one before it, unless a comma or the start of the text precedes the mark.
    // An anchor in a file of the repository.
    if (/\.(?:md|html?|txt)$/i.test(repository ?? '')) continue
    const isMarked =
      DONE_AFTER.test(text.slice(end, end + 20)) || isMarkedBefore(text.slice(last, at), last === 0)
    for (const number of numbers(urlNumber ?? from ?? '', to))
      found.push({ ref: refOf(number, urlRepository ?? repository ?? null, own), at, end, done: isMarked })
    last = end
  }
  return found
}

function isMarkedBefore(between: string, isFirst: boolean): boolean {
  if (!DONE_BEFORE.test(between)) return false
  return isFirst || /[,、;，]/u.test(between)
}

export function refOf(number: number, repository: string | null, own: string | null): Ref {
  const isOwn = repository === null || repository.toLowerCase() === own?.toLowerCase()
  return isOwn ? `#${number}` : `${repository}#${number}`
}

/** Null: it is in another repository. */
export function ownNumber(ref: Ref): number | null {
  return ref.startsWith('#') ? Number(ref.slice(1)) : null
}

function numbers(from: string, to: string | undefined): readonly number[] {
  const first = Number(from)
  const last = Number(to ?? from)
  if (first === 0) return []
  if (last <= first || last - first >= MAX_RANGE) return [first]
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}
