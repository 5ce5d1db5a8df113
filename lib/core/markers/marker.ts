/**
 * The completion marker of an attempt: `ORC=NONCE=WORD`, at most 20 columns. Neither Markdown nor a terminal touches an
 * equals sign inside a word, and no line is broken at it (`spec/fixtures/markers` shows it with every CLI). It is
 * believed only with the nonce of the attempt that is running.
 */
import { parseNonce, type Nonce } from '../ids.js'

export type MarkerWord = 'DONE' | 'FAIL' | 'BLOCKED' | 'PROGRESS'

export const MARKER_HEAD = 'ORC'
/** Between head, nonce and word. */
export const JOINER = '='

export interface Marker {
  readonly nonce: Nonce
  readonly word: MarkerWord
  /** 0…1 for PROGRESS, else null. */
  readonly progress: number | null
}

/** The parts of a marker as they were read → the marker, or undefined when they make none. */
export function markerOf(nonceText: string, word: string): Marker | undefined {
  const nonce = parseNonce(nonceText)
  if (nonce === undefined) return undefined
  if (word === 'DONE' || word === 'FAIL' || word === 'BLOCKED') return { nonce, word, progress: null }
  const percent = /^(\d{1,3})%?$/.exec(word)
  const value = percent === null ? Number.NaN : Number(percent[1])
  return value <= 100 ? { nonce, word: 'PROGRESS', progress: value / 100 } : undefined
}

/** Does this marker end the attempt with that nonce? */
export function completes(marker: Marker, nonce: Nonce): boolean {
  return marker.nonce === nonce && marker.word !== 'PROGRESS'
}
