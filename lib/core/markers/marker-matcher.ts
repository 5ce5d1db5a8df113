/**
 * Finds markers in a stream of code points. Between two characters of a marker it forgives what a terminal puts there
 * when it wraps a line: blanks, borders and bullets, but only around a line break or a cursor move. Its memory is the
 * marker read so far.
 */
import { markerOf, type Marker } from './marker.js'

export interface MarkerMatcher {
  /** A visible character or a control character; returns the marker that it completes. */
  readonly character: (codePoint: number) => Marker | undefined
  /** The cursor went elsewhere: as good as a line break. */
  readonly moved: () => void
  /** Part of a marker has been read. */
  readonly busy: boolean
}

const HEAD = '<<ORC:'
const NONCE_LENGTH = 8
const LONGEST_WORD = 7
/** A border, its padding and the next line's indentation: more than a wide screen's row between two characters is no wrap. */
const LONGEST_GAP = 600

export function markerMatcher(): MarkerMatcher {
  let head = 0
  let nonce = ''
  let word = ''
  let inWord = false
  let closing = false
  let gap = 0
  let broken = false

  const reset = (codePoint?: number) => {
    head = codePoint === 0x3c ? 1 : 0
    nonce = word = ''
    inWord = closing = broken = false
    gap = 0
  }

  const take = (char: string, codePoint: number): Marker | undefined => {
    if (head < HEAD.length) {
      if (char === HEAD[head]) head += 1
      // `<<<ORC:` still ends in a head.
      else if (!(char === '<' && head === 2)) reset(codePoint)
      return undefined
    }
    if (nonce.length < NONCE_LENGTH) {
      if (/[a-z2-7]/.test(char)) nonce += char
      else reset(codePoint)
      return undefined
    }
    if (!inWord) {
      if (char === ':') inWord = true
      else reset(codePoint)
      return undefined
    }
    if (closing) {
      const marker = char === '>' ? markerOf(nonce, word) : undefined
      reset(char === '>' ? undefined : codePoint)
      return marker
    }
    if (char === '>' && word.length > 0) closing = true
    else if (/[A-Z0-9%]/.test(char) && word.length < LONGEST_WORD) word += char
    else reset(codePoint)
    return undefined
  }

  return {
    character(codePoint) {
      if (head === 0) {
        if (codePoint === 0x3c) head = 1
        return undefined
      }
      if (codePoint === 0x0a || codePoint === 0x0d) {
        broken = true
        gap += 1
        return undefined
      }
      if (isFiller(codePoint)) {
        gap += 1
        if (gap > LONGEST_GAP) reset()
        return undefined
      }
      const torn = gap > 0 && !broken
      gap = 0
      broken = false
      if (torn) {
        reset(codePoint)
        return undefined
      }
      return take(String.fromCodePoint(codePoint), codePoint)
    },
    moved() {
      if (head > 0) broken = true
    },
    get busy() {
      return head > 0
    },
  }
}

/** Blanks, borders, bullets and prompt signs that TUIs put around a wrapped line; other controls count for nothing. */
function isFiller(codePoint: number): boolean {
  return (
    codePoint <= 0x20 ||
    codePoint === 0x7c ||
    codePoint === 0xa0 ||
    codePoint === 0x2022 ||
    codePoint === 0x3000 ||
    (codePoint >= 0x2500 && codePoint <= 0x25cf) ||
    codePoint === 0x23bf ||
    codePoint === 0x2726
  )
}
