/**
 * What a person types into a mirror, as bytes, split into keys and pasted text. Pastes lose their brackets here: the
 * agent's own tmux knows whether its program wants them.
 */
export type TypedPart =
  { readonly type: 'keys'; readonly bytes: Buffer } | { readonly type: 'paste'; readonly text: string }

const OPEN = Buffer.from('\x1b[200~')
const CLOSE = Buffer.from('\x1b[201~')
/** A longer paste is handed over in parts. */
const MAX_PASTE = 4 << 20

export class PasteSplitter {
  #held: Buffer = Buffer.alloc(0)
  #paste: Buffer[] | null = null
  #pasteBytes = 0

  /** True while bytes are held back: the start of a bracket, or an open paste. Call `flush` if nothing follows soon. */
  get isHolding(): boolean {
    return this.#held.length > 0 || this.#paste !== null
  }

  get isPasting(): boolean {
    return this.#paste !== null
  }

  push(chunk: Uint8Array): TypedPart[] {
    const parts: TypedPart[] = []
    let rest = Buffer.concat([this.#held, chunk])
    this.#held = Buffer.alloc(0)
    while (rest.length > 0) {
      const bracket = this.#paste === null ? OPEN : CLOSE
      const at = rest.indexOf(bracket)
      const end = at === -1 ? rest.length - openTail(rest, bracket) : at
      this.#content(rest.subarray(0, end), parts)
      if (at === -1) {
        this.#held = Buffer.from(rest.subarray(end))
        break
      }
      if (this.#paste === null) this.#paste = []
      else this.#endPaste(parts, null)
      rest = rest.subarray(at + bracket.length)
    }
    return parts
  }

  /** Gives out what is held: a lone Escape key, a paste whose end never came. */
  flush(): TypedPart[] {
    const parts: TypedPart[] = []
    const held = this.#held
    this.#held = Buffer.alloc(0)
    if (held.length > 0) this.#content(held, parts)
    if (this.#paste !== null) this.#endPaste(parts, null)
    return parts
  }

  #content(bytes: Buffer, parts: TypedPart[]): void {
    if (bytes.length === 0) return
    if (this.#paste === null) {
      parts.push({ type: 'keys', bytes: Buffer.from(bytes) })
      return
    }
    this.#paste.push(Buffer.from(bytes))
    this.#pasteBytes += bytes.length
    if (this.#pasteBytes > MAX_PASTE) this.#endPaste(parts, [])
  }

  #endPaste(parts: TypedPart[], next: Buffer[] | null): void {
    const text = Buffer.concat(this.#paste ?? [])
      .toString('utf8')
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')
    if (text !== '') parts.push({ type: 'paste', text })
    this.#paste = next
    this.#pasteBytes = 0
  }
}

/** Length of the longest end of `bytes` that may be the start of `bracket`. */
function openTail(bytes: Buffer, bracket: Buffer): number {
  for (let length = Math.min(bracket.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(bracket.subarray(0, length))) return length
  }
  return 0
}
