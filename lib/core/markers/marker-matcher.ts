/**
 * Finds markers in a stream of code points. Between two characters of a marker it forgives what a terminal puts there
 * when it wraps a line: blanks, borders and bullets, but only around a line break or a cursor move. Its memory is the
 * marker read so far.
 *
 * Two forms are read: `ORC=NONCE=WORD`, which prompts ask for, and `<<ORC:NONCE:WORD>>`, which prompts of attempts from
 * before asked for. Markdown takes the old form for a link, so it is also read as CLIs draw links: `<ORC:NONCE:WORD>` and
 * `<ORC:NONCE:WORD (ORC:NONCE:WORD)>`.
 */
import { JOINER, markerOf, MARKER_HEAD, type Marker } from './marker.js'

export interface MarkerMatcher {
  /** A visible character or a control character; returns the marker that ends before it or with it. */
  readonly character: (codePoint: number) => Marker | undefined
  /** The cursor went elsewhere: as good as a line break. `sameRow`: not to another row. */
  readonly moved: (sameRow?: boolean) => Marker | undefined
  /** Nothing comes for now: what stands there is all of it. */
  readonly flush: () => Marker | undefined
  /**
   * Characters were left out, none of which begins a marker: the last one, and the last on its row that is not blank
   * (absent: all of them were).
   */
  readonly skipped: (previous: number, ink?: number) => void
  /** Part of a marker has been read. */
  readonly busy: boolean
}

const HEAD = { joined: `${MARKER_HEAD}${JOINER}`, bracketed: `<${MARKER_HEAD}:` } as const
const SEPARATOR = { joined: JOINER, bracketed: ':' } as const
const NONCE_LENGTH = 8
/** A border, its padding and the next line's indentation: more than a wide screen's row between two characters is no wrap. */
const LONGEST_GAP = 600
const WORD = /^(?:DONE|FAIL|BLOCKED|\d{1,3}%)$/
const WORD_BEGINS = /^(?:D(?:O(?:NE?)?)?|F(?:A(?:IL?)?)?|B(?:L(?:O(?:C(?:K(?:ED?)?)?)?)?)?|\d{1,3}%?)$/
/** Right before or right behind a joined marker they make it a part of something else: a path, an assignment, a choice. */
const GLUED_BEFORE = /[A-Za-z0-9$+\-/=]/
const GLUED_BEHIND = /[A-Za-z0-9/|=]/

type Form = keyof typeof HEAD

export function markerMatcher(): MarkerMatcher {
  let form: Form = 'bracketed'
  let head = 0
  let nonce = ''
  let word = ''
  let inWord = false
  /** What a link still needs behind its text, and how much of that was read. */
  let link = ''
  let gap = 0
  let broken = false
  let previous = 0
  let ink = 0

  const reset = (codePoint?: number) => {
    nonce = word = link = ''
    inWord = broken = false
    gap = head = 0
    if (codePoint === 0x3c) [form, head] = ['bracketed', 1]
    // A line of a diff tells what stands in a file.
    else if (codePoint === 0x4f && !GLUED_BEFORE.test(text(previous)) && ink !== 0x2b)
      [form, head] = ['joined', 1]
  }

  /** The joined form has no end of its own: whatever is not a part of its word ends it. */
  const ended = (): Marker | undefined => {
    if (form !== 'joined' || !inWord || !WORD.test(word)) return undefined
    const marker = markerOf(nonce, word)
    reset()
    return marker
  }

  const take = (char: string, codePoint: number): Marker | undefined => {
    if (head < HEAD[form].length) {
      if (char === HEAD[form][head]) head += 1
      else if (char === JOINER && head === HEAD.bracketed.length - 1)
        [form, head] = ['joined', HEAD.joined.length]
      // `<<ORC:` and `<<<ORC:` still end in a head.
      else if (!(char === '<' && head === 1)) reset(codePoint)
      return undefined
    }
    if (nonce.length < NONCE_LENGTH) {
      if (/[a-z2-7]/.test(char)) nonce += char
      else reset(codePoint)
      return undefined
    }
    if (!inWord) {
      if (char === SEPARATOR[form]) inWord = true
      else reset(codePoint)
      return undefined
    }
    if (link !== '') return takeLink(char, codePoint)
    if (WORD_BEGINS.test(word + char)) {
      word += char
      return undefined
    }
    // A screen that is drawn while the answer comes: the first letters of a word, and elsewhere the next marker.
    if (char === 'R' && /^(?:D|BL)O$/.test(word)) {
      reset()
      ;[form, head] = ['joined', 2]
      return undefined
    }
    if (form === 'bracketed') {
      if (char === '(' && WORD.test(word)) {
        link = `${MARKER_HEAD}:${nonce}:${word})>`
        return undefined
      }
      const marker = char === '>' ? markerOf(nonce, word) : undefined
      reset(codePoint)
      return marker
    }
    const marker = GLUED_BEHIND.test(char) ? undefined : ended()
    reset(codePoint)
    return marker
  }

  const takeLink = (char: string, codePoint: number): Marker | undefined => {
    if (link.startsWith(char)) {
      link = link.slice(1)
      if (link !== '') return undefined
      const marker = markerOf(nonce, word)
      reset()
      return marker
    }
    reset(codePoint)
    return undefined
  }

  const read = (codePoint: number): Marker | undefined => {
    if (head === 0) {
      reset(codePoint)
      return undefined
    }
    if (codePoint === 0x0a || codePoint === 0x0d) {
      broken = true
      gap += 1
      return ended()
    }
    if (isFiller(codePoint)) {
      const isBar = codePoint === 0x7c && gap === 0
      gap += 1
      if (gap > LONGEST_GAP) reset()
      return isBar ? undefined : ended()
    }
    const torn = gap > 0 && !broken
    gap = 0
    broken = false
    const isLink = form === 'bracketed' && codePoint === 0x28
    if (torn && !isLink) {
      reset(codePoint)
      return undefined
    }
    return take(text(codePoint), codePoint)
  }

  return {
    character(codePoint) {
      const marker = read(codePoint)
      previous = codePoint
      if (codePoint === 0x0a || codePoint === 0x0d) ink = 0
      else if (codePoint > 0x20) ink = codePoint
      return marker
    },
    moved(sameRow = false) {
      previous = 0
      if (!sameRow) ink = 0
      if (head === 0) return undefined
      broken = true
      return ended()
    },
    flush: () => (head === 0 ? undefined : ended()),
    skipped(last, lastInk) {
      previous = last
      ink = lastInk ?? ink
    },
    get busy() {
      return head > 0
    },
  }
}

function text(codePoint: number): string {
  return codePoint === 0 ? '' : String.fromCodePoint(codePoint)
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
