/**
 * Splits what a terminal sends into pieces that the key decoder understands one by one: a bracketed paste whole, a
 * mouse report whole, an escape sequence whole even when the network cut it, everything else as it comes.
 */
const PASTE_START = '\u001b[200~'
const PASTE_END = '\u001b[201~'
const MOUSE = /^\u001b\[<\d+;\d+;\d+[Mm]/
const CSI = /^\u001b(?:\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O.|[^[O])/s
const PASTE_LIMIT = 1_000_000

export type InputPiece =
  { readonly type: 'paste'; readonly text: string } | { readonly type: 'keys'; readonly text: string }

export class InputFilter {
  #rest = ''

  /** Pieces that are complete; a cut sequence waits for `take` to bring the rest, or for `flush`. */
  take(chunk: string): InputPiece[] {
    this.#rest += chunk
    const pieces: InputPiece[] = []
    for (;;) {
      const piece = this.#next()
      if (piece === null) return pieces
      pieces.push(piece)
    }
  }

  /** Whether a cut sequence is waiting: a lone Escape, most likely. */
  isWaiting(): boolean {
    return this.#rest !== '' && !this.#rest.startsWith(PASTE_START)
  }

  flush(): InputPiece[] {
    const text = this.#rest
    this.#rest = ''
    return text === '' ? [] : [{ type: 'keys', text }]
  }

  #next(): InputPiece | null {
    const rest = this.#rest
    if (rest === '') return null
    if (rest.startsWith(PASTE_START)) return this.#paste()
    const escape = rest.indexOf('\u001b')
    if (escape !== 0) return this.#cut(escape === -1 ? rest.length : escape)
    const match = MOUSE.exec(rest) ?? CSI.exec(rest)
    return match === null ? null : this.#cut(match[0].length)
  }

  #paste(): InputPiece | null {
    const end = this.#rest.indexOf(PASTE_END)
    if (end === -1) {
      if (this.#rest.length > PASTE_LIMIT) this.#rest = ''
      return null
    }
    const text = this.#rest.slice(PASTE_START.length, end)
    this.#rest = this.#rest.slice(end + PASTE_END.length)
    return { type: 'paste', text }
  }

  #cut(length: number): InputPiece {
    const text = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return { type: 'keys', text }
  }
}
