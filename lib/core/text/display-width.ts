import { isWide } from './wide-ranges.js'

const PLAIN = /^[\x20-\x7e]*$/
/** Drawn over the character before them: combining marks, invisible characters, the vowels and finals of Hangul. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff]$/u
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u

const ZWJ = 0x200d
const VS16 = 0xfe0f

/** Columns of one code point, by itself: 0, 1 or 2. Ambiguous characters take one. */
export function codePointWidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x7f) return codePoint < 0x20 ? 0 : 1
  if (codePoint < 0x300) return codePoint < 0xa0 || codePoint === 0xad ? 0 : 1
  // Dashes, arrows, rules, blocks, signs: nothing there is drawn over its neighbour, and every frame is full of them.
  if (codePoint >= 0x2010 && codePoint < 0x2028) return 1
  if (codePoint >= 0x2100 && codePoint < 0x2c00) return isWide(codePoint) ? 2 : 1
  if (codePoint >= 0x30a0 && codePoint < 0xa000) return isWide(codePoint) ? 2 : 1
  if (ZERO.test(String.fromCodePoint(codePoint))) return 0
  return isWide(codePoint) ? 2 : 1
}

/** A cell of the screen: a base character with what is drawn over it. */
export interface Cluster {
  readonly text: string
  readonly width: number
}

/**
 * The text cut into clusters that must not be torn: a base with its marks, an emoji with its joiners, modifier and
 * variation selector, a flag. Marks without a base are dropped.
 */
export function clusters(text: string): Cluster[] {
  if (PLAIN.test(text)) return Array.from(text, (char) => ({ text: char, width: 1 }))
  const out: { text: string; width: number }[] = []
  let joined = false
  let flagOpen = false
  for (const char of text) {
    const codePoint = char.codePointAt(0) ?? 0
    const last = out.at(-1)
    const isFlag = codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff
    const isModifier = codePoint >= 0x1f3fb && codePoint <= 0x1f3ff
    const width = codePointWidth(codePoint)
    const continues = width === 0 || (joined && PICTOGRAPH.test(char)) || isModifier || (isFlag && flagOpen)
    if (continues && last !== undefined) {
      last.text += char
      const grows = (codePoint === VS16 && PICTOGRAPH.test(first(last.text))) || (isFlag && flagOpen)
      if (grows) last.width = 2
      flagOpen = false
    } else if (width > 0) {
      out.push({ text: char, width })
      flagOpen = isFlag
    }
    joined = codePoint === ZWJ
  }
  return out
}

/** Columns that a terminal gives the text. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const cluster of clusters(text)) width += cluster.width
  return width
}

function first(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0)
}
