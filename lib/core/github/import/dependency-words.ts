/** Words that say what waits for what, in a line of text. */
import type { Ref } from './claims.js'
import { findRefs, type FoundRef } from './refs.js'

export interface DependencyPhrase {
  /** `needs`: the subject waits for the others; `blocks`: they wait for it. */
  readonly way: 'needs' | 'blocks'
  readonly found: readonly FoundRef[]
  /** Where the phrase begins: the text before it is about the subject itself. */
  readonly at: number
}

const NEEDS = String.raw`depends?(?:[ -]on)?|dependenc(?:y|ies)|deps?|blocked[ -]by|requires?|needs|waits? for|waiting for|prerequisites?|依存(?:関係|先)?|前提`
const PHRASE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])[*_]{0,2}(?:(${NEEDS})|(blocks))[*_]{0,2}\s{0,3}[:：=]?[*_]{0,2}\s{0,3}(?=[✅☑✔\s(\[\]x]{0,6}(?:[#＃]|https?:|[\w-]{1,100}\/[\w.-]{1,100}#)|(?:none|nothing|n\/a|なし|無し|-|—|–)\s*(?:$|[)\]）|,]))`,
  'giu',
)

/** The phrases of a line; several may stand in it. */
export function dependencyPhrases(line: string, own: string | null): readonly DependencyPhrase[] {
  const starts = [...line.matchAll(PHRASE)]
  return starts.map((match, n) => {
    const from = match.index + match[0].length
    const until = starts[n + 1]?.index ?? line.length
    return {
      way: match[2] === undefined ? 'needs' : 'blocks',
      found: listed(line.slice(from, until), own),
      at: match.index,
    }
  })
}

/** A sentence may go on about other issues: the list ends where something else than a comma, a mark or `and` follows. */
function listed(text: string, own: string | null): readonly FoundRef[] {
  const found = findRefs(text, own)
  const end = found.findIndex((one, n) => {
    const before = found[n - 1]
    return before !== undefined && before.at !== one.at && !isListGap(text.slice(before.end, one.at))
  })
  return end < 0 ? found : found.slice(0, end)
}

function isListGap(text: string): boolean {
  const rest = text.replace(/\[[xX ]\]|[✅☑✔]\ufe0f?|[\s,、，;&+*`]|\band\b|と|および/giu, '')
  // What stands in brackets is said of the one before.
  return rest.replace(/[(（][^()（）]{0,80}[)）]/gu, '') === ''
}

export function refsOf(found: readonly FoundRef[]): readonly Ref[] {
  return [...new Set(found.map(({ ref }) => ref))]
}

/** A cell or a value that says that there is nothing. */
export function saysNone(text: string): boolean {
  return /^(?:none|nothing|n\/a|なし|無し|[-—–])$/iu.test(text.trim())
}
