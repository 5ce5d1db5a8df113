/** Finds markers in the bytes of a terminal as they stream, whatever the chunks. Memory is bounded. */
import type { Marker } from './marker.js'
import { markerMatcher } from './marker-matcher.js'

export interface MarkerStream {
  readonly push: (chunk: Uint8Array) => readonly Marker[]
  /** The program has fallen silent: a marker at the very end needs nothing behind it any more. */
  readonly flush: () => readonly Marker[]
}

type Mode = 'text' | 'escape' | 'csi' | 'string' | 'string-escape' | 'charset'

const ESC = 0x1b
/** Markers begin with them. */
const LESS_THAN = 0x3c
const LETTER_O = 0x4f
/** Cursor moves of CSI: they stand between the halves of a wrapped marker in TUIs that paint cells. */
const MOVES = new Set(Array.from('ABCDEFGHIfdae`', (char) => char.charCodeAt(0)))
const MOVES_IN_ROW = new Set(Array.from('CDGa`', (char) => char.charCodeAt(0)))

/** Escape sequences inside a marker are skipped; what stands in OSC, DCS and APC strings (titles) is never a marker. */
export function markerStream(): MarkerStream {
  const matcher = markerMatcher()
  let mode: Mode = 'text'
  let pending = 0 // bytes of a UTF-8 character still to come
  let codePoint = 0
  let idle = true // nothing of a marker read yet: skip ahead

  function text(byte: number): Marker | undefined {
    if (pending > 0) {
      if ((byte & 0xc0) === 0x80) {
        codePoint = (codePoint << 6) | (byte & 0x3f)
        pending -= 1
        return pending === 0 ? matcher.character(codePoint) : undefined
      }
      pending = 0
    }
    if (byte < 0x80) return matcher.character(byte)
    if (byte >= 0xf0 && byte < 0xf5) [pending, codePoint] = [3, byte & 0x07]
    else if (byte >= 0xe0) [pending, codePoint] = [2, byte & 0x0f]
    else if (byte >= 0xc2) [pending, codePoint] = [1, byte & 0x1f]
    else return matcher.character(0xfffd)
    return undefined
  }

  function escape(byte: number, found: Marker[]): Mode {
    if (byte === 0x5b) return 'csi'
    if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string'
    if (byte >= 0x20 && byte <= 0x2f) return 'charset'
    if (byte === ESC) return 'escape'
    keep(matcher.moved(), found)
    return 'text'
  }

  function control(byte: number, found: Marker[]): void {
    switch (mode) {
      case 'escape':
        mode = escape(byte, found)
        return
      case 'csi':
        if (byte === ESC) mode = 'escape'
        else if (byte >= 0x40 && byte <= 0x7e) {
          if (MOVES.has(byte)) keep(matcher.moved(MOVES_IN_ROW.has(byte)), found)
          mode = 'text'
        } else if (byte === 0x18 || byte === 0x1a) mode = 'text'
        return
      case 'string':
        if (byte === 0x07 || byte === 0x18 || byte === 0x1a) mode = 'text'
        else if (byte === ESC) mode = 'string-escape'
        return
      case 'string-escape':
        // ESC \ ends the string; any other escape ends it too and begins anew.
        mode = byte === 0x5c ? 'text' : escape(byte, found)
        return
      case 'charset':
        if (byte >= 0x30) mode = 'text'
        return
      case 'text':
    }
  }

  /** What stands on the row before what comes now, of bytes that were not looked at one by one. */
  function skip(chunk: Uint8Array, from: number, to: number): void {
    const previous = chunk[to - 1] ?? 0
    let at = to - 1
    while (at >= from && chunk[at] === 0x20) at -= 1
    const ink = chunk[at] ?? 0
    if (at >= from) matcher.skipped(previous, ink > 0x20 ? ink : 0)
    else matcher.skipped(previous)
  }

  return {
    push(chunk) {
      const found: Marker[] = []
      for (let i = 0; i < chunk.length; i += 1) {
        if (mode === 'text' && idle) {
          const from = i
          while (i < chunk.length && chunk[i] !== LESS_THAN && chunk[i] !== LETTER_O && chunk[i] !== ESC)
            i += 1
          if (i > from) skip(chunk, from, i)
          if (i >= chunk.length) break
        }
        const byte = chunk[i] ?? 0
        if (mode !== 'text') control(byte, found)
        else if (byte === ESC) [mode, pending] = ['escape', 0]
        else {
          keep(text(byte), found)
          idle = pending === 0 && !matcher.busy
        }
      }
      return found
    },
    flush() {
      const marker = matcher.flush()
      return marker === undefined ? [] : [marker]
    },
  }
}

function keep(marker: Marker | undefined, found: Marker[]): void {
  if (marker !== undefined) found.push(marker)
}
